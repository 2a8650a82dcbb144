using GradCam.Evaluate;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>A photo, and what is known of it.</summary>
/// <param name="Name">Its path below the folder, with slashes.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="ClassIndex">What it shows; null where nobody said, and the most probable class is explained.</param>
/// <param name="Boxes">Where that is, in pixels of the photo; empty where nobody said.</param>
internal sealed record LabelledPhoto(string Name, string Path, int? ClassIndex, IReadOnlyList<PhotoBox> Boxes);
