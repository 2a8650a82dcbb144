using GradCam.Weights;

namespace GradCam.Cpu;

/// <summary>Prepares networks for the SIMD CPU backend.</summary>
internal sealed class CpuBackendProvider : BackendProvider
{
    public static CpuBackendProvider Instance { get; } = new();

    public override Model Prepare<TNetwork>(WeightSource weights, NetworkOptions options) => throw new NotSupportedException();
}
