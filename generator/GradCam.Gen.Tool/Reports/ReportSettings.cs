namespace GradCam.Gen.Tool.Reports;

/// <summary>What the command line asks of a report.</summary>
/// <param name="Path">The file.</param>
/// <param name="Layers">The layers, the one that is shown first before the others.</param>
/// <param name="Methods">The methods, likewise.</param>
/// <param name="Classes">How many of a photo's most probable classes have maps.</param>
internal sealed record ReportSettings(string Path, IReadOnlyList<string> Layers, IReadOnlyList<CamMethod> Methods, int Classes)
{
    /// <summary>More classes make a file large, and nobody looks at their maps.</summary>
    public const int MostClasses = 20;

    /// <summary>Classes that have maps unless the command line says how many.</summary>
    public const int UsualClasses = 3;

    /// <summary>Methods of one forward and one backward pass that people know: what a report has unless the command line names others.</summary>
    public static IReadOnlyList<CamMethod> UsualMethods { get; } =
        [CamMethod.GradCam, CamMethod.GradCamPlusPlus, CamMethod.XGradCam, CamMethod.HiResCam, CamMethod.LayerCam, CamMethod.EigenCam];
}
