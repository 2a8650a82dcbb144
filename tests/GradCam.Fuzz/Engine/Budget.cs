namespace GradCam.Fuzz.Engine;

/// <summary>How long a target is fuzzed: so many cases, or so long, whichever ends first.</summary>
/// <param name="Cases">The number of the case after the last.</param>
/// <param name="Time">The time.</param>
internal readonly record struct Budget(long Cases, TimeSpan Time);
