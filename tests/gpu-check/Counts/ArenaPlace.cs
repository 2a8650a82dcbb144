namespace GradCam.GpuCheck.Counts;

/// <summary>Where a launch's samples lie.</summary>
/// <param name="Start">The first one's address.</param>
/// <param name="Stride">Bytes from one to the next.</param>
/// <param name="Samples">How many there are.</param>
internal readonly record struct ArenaPlace(ulong Start, ulong Stride, int Samples);
