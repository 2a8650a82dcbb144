using GradCam.Gen.Model;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Files;

/// <summary>A text file of the project.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Text">Its text.</param>
/// <param name="IsUnicode">False where the compiler read it in a code page of the machine, as it is not UTF-8.</param>
internal sealed record TextFile(string Path, string Text, bool IsUnicode = true);

/// <summary>A .net file and its syntax.</summary>
internal sealed record SpecFile(string Path, string Text, ParsedSpec Parsed);

/// <summary>A weight manifest of the build task.</summary>
internal sealed record ManifestFile(string Path, ParsedManifest Parsed);

/// <summary>The additional files of a project that networks are made of.</summary>
/// <param name="Specs">The .net files.</param>
/// <param name="Labels">The .txt files.</param>
/// <param name="Manifests">The .manifest files.</param>
/// <param name="ProjectFolder">The project's folder, or empty when the build does not tell.</param>
internal sealed record ProjectFiles(
    EquatableArray<SpecFile> Specs, EquatableArray<LabelFile> Labels, EquatableArray<ManifestFile> Manifests, string ProjectFolder);
