using GradCam.Files;
using GradCam.Gen.Build.Manifests;
using GradCam.Weights.Format;
using Microsoft.Build.Framework;

namespace GradCam.Gen.Build;

/// <summary>
/// The MSBuild task: writes the manifest of every weight file, where it has changed. Damaged files are errors GCG1001 to GCG1003 in the file's name,
/// files of another format GCG1005; the others are still done.
/// </summary>
public sealed class GenerateManifests : Microsoft.Build.Utilities.Task
{
    /// <summary>
    /// The weight files, with the metadata <c>NetworkName</c>, <c>NetworkResource</c> (may be empty) and <c>NetworkManifest</c> (where to write).
    /// </summary>
    [Required]
    public ITaskItem[] Weights { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var manifests = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (ITaskItem weights in Weights)
        {
            string path = weights.ItemSpec;
            string manifest = weights.GetMetadata("NetworkManifest");
            if (manifests.TryGetValue(manifest, out string first))
            {
                Log.Report(BuildErrors.SameName, path, $"expected one weight file of this name in the project, found also {first}; give one of them a Link");
                continue;
            }
            manifests.Add(manifest, path);
            try
            {
                string text = Manifest.Describe(weights.GetMetadata("FullPath"), weights.GetMetadata("NetworkName"), weights.GetMetadata("NetworkResource"));
                bool written = AtomicFile.WriteIfChanged(manifest, text);
                Log.LogMessage(MessageImportance.Low, written ? "{0}: wrote {1}" : "{0}: {1} has not changed", path, manifest);
            }
            catch (WeightFormatException exception)
            {
                string code = exception.IsForeign ? BuildErrors.Foreign : BuildErrors.Damaged;
                Log.Report(code, path, exception.Message.TrimEnd('.') + BuildErrors.OrRemove("NetworkWeights", path));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                Log.Report(BuildErrors.CannotBeRead, path, $"cannot be read: {exception.Message}");
            }
        }
        return !Log.HasLoggedErrors;
    }
}
