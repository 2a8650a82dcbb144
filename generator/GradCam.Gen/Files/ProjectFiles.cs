using GradCam.Gen.Model;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Files;

/// <summary>A text file of the project.</summary>
internal sealed record TextFile(string Path, string Text);

/// <summary>A .net file and its syntax.</summary>
internal sealed record SpecFile(string Path, string Text, ParsedSpec Parsed);

/// <summary>A file of class names, one a line.</summary>
internal sealed record LabelFile(string Path, EquatableArray<string> Labels)
{
    public static LabelFile Read(TextFile file)
    {
        string[] lines = file.Text.Replace("\r\n", "\n").Split('\n', '\r');
        int count = lines.Length;
        while (count > 0 && string.IsNullOrWhiteSpace(lines[count - 1]))
            count--;
        return new LabelFile(file.Path, lines.Take(count).Select(line => line.Trim()).ToEquatableArray());
    }
}

/// <summary>A weight manifest of the build task.</summary>
internal sealed record ManifestFile(string Path, ParsedManifest Parsed);

/// <summary>The additional files of a project that networks are made of.</summary>
/// <param name="Specs">The .net files.</param>
/// <param name="Labels">The .txt files.</param>
/// <param name="Manifests">The .manifest files.</param>
/// <param name="ProjectFolder">The project's folder, or empty when the build does not tell.</param>
internal sealed record ProjectFiles(
    EquatableArray<SpecFile> Specs, EquatableArray<LabelFile> Labels, EquatableArray<ManifestFile> Manifests, string ProjectFolder);
