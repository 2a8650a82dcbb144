using Microsoft.Build.Utilities;

namespace GradCam.Gen.Build;

/// <summary>The errors of the build tasks, which have their pages beside the generator's.</summary>
internal static class BuildErrors
{
    public const string CannotBeRead = "GCG1001";
    public const string Damaged = "GCG1002";
    public const string SameName = "GCG1003";
    public const string CannotBeImported = "GCG1004";
    public const string Foreign = "GCG1005";

    private const string Help = "https://github.com/gradcam-gen/gradcam-gen/blob/main/generator/GradCam.Gen/Diagnostics/README.md#";

    /// <summary>What to do about a file that is only there, as files in the project's folder are part of it without being named.</summary>
    public static string OrRemove(string item, string file) =>
        $"; if no [Network] is made of this file, take it out of the project: <{item} Remove=\"{file}\" />";

    /// <summary>Reports an error in a file's name.</summary>
    public static void Report(this TaskLoggingHelper log, string code, string file, string message) =>
        log.LogError(
            subcategory: null,
            code,
            helpKeyword: null,
            Help + code.ToLowerInvariant(),
            file,
            lineNumber: 0,
            columnNumber: 0,
            endLineNumber: 0,
            endColumnNumber: 0,
            "{0}",
            message);
}
