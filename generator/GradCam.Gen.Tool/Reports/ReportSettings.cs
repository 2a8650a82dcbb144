namespace GradCam.Gen.Tool.Reports;

/// <summary>What the command line asks of a report.</summary>
/// <param name="path">The file.</param>
/// <param name="layers">The layers, the one that is shown first before the others.</param>
/// <param name="methods">The methods, likewise.</param>
/// <param name="classes">How many of a photo's most probable classes have maps.</param>
internal sealed class ReportSettings(string path, IReadOnlyList<string> layers, IReadOnlyList<IExplanationMethod> methods, int classes)
{
    /// <summary>More classes make a file large, and nobody looks at their maps.</summary>
    public const int MostClasses = 20;

    /// <summary>Classes that have maps unless the command line says how many.</summary>
    public const int UsualClasses = 3;

    /// <summary>Methods of one forward and one backward pass that people know: what a report has unless the command line names others.</summary>
    public static IReadOnlyList<IExplanationMethod> UsualMethods { get; } =
    [
        CamMethod.GradCam, CamMethod.GradCamPlusPlus, CamMethod.XGradCam, CamMethod.HiResCam, CamMethod.LayerCam, CamMethod.EigenCam,
        InputMethod.Saliency, InputMethod.InputXGradient,
    ];

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>The layers; none where all methods are at the input.</summary>
    public IReadOnlyList<string> Layers { get; } = methods.Any(method => method is CamMethod) ? layers : [];

    /// <summary>The methods.</summary>
    public IReadOnlyList<IExplanationMethod> Methods => methods;

    /// <summary>How many of a photo's most probable classes have maps.</summary>
    public int Classes => classes;

    /// <summary>The maps of a class: each method at each layer, then those at the input.</summary>
    public IReadOnlyList<ReportMap> Maps { get; } =
    [
        .. layers.SelectMany(layer => methods.Where(method => method is CamMethod).Select(method => new ReportMap(layer, method))),
        .. methods.Where(method => method is InputMethod).Select(method => new ReportMap(null, method)),
    ];
}
