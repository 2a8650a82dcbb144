using System.Diagnostics.CodeAnalysis;

namespace GradCam.Contract;

/// <summary>
/// What an app's project can do without, so that a program that is compiled ahead of time has nothing of it: properties of GradCam.Gen's targets, which the
/// compiler takes as constants. All are on unless a project says otherwise.
/// </summary>
internal static class FeatureSwitches
{
    private const string PackedFilesName = "GradCam.PackedFiles.IsSupported";
    private const string TraceWarningsName = "GradCam.TraceWarnings.IsSupported";

    /// <summary><c>GradCamPackedFiles</c>: files of packed weights, and with them how leftovers are told by their age: time zones.</summary>
    [FeatureSwitchDefinition(PackedFilesName)]
    public static bool PackedFiles => IsOn(PackedFilesName);

    /// <summary><c>GradCamTraceWarnings</c>: what a load noticed, as warnings of System.Diagnostics.Trace.</summary>
    [FeatureSwitchDefinition(TraceWarningsName)]
    public static bool TraceWarnings => IsOn(TraceWarningsName);

    private static bool IsOn(string name) => !AppContext.TryGetSwitch(name, out bool isOn) || isOn;
}
