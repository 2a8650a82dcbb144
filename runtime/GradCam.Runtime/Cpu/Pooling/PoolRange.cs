namespace GradCam.Cpu.Pooling;

/// <summary>The taps of a pooling window along one axis that lie on the map.</summary>
/// <param name="First">The first input.</param>
/// <param name="Count">How many; none where it is 0.</param>
/// <param name="Divisor">What an average divides by: the taps on the map or on the padded map.</param>
internal readonly record struct PoolRange(int First, int Count, int Divisor);
