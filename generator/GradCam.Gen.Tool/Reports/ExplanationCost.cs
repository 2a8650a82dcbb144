namespace GradCam.Gen.Tool.Reports;

/// <summary>What an explanation of one class costs.</summary>
/// <param name="Milliseconds">Of a method at a layer what it takes after a forward pass, of one at the input all of it.</param>
/// <param name="Passes">The passes that a method at the input runs; null of one at a layer.</param>
internal sealed record ExplanationCost(double Milliseconds, (long Forwards, long Backwards)? Passes);
