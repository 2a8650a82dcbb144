namespace GradCam.Gpu.Devices;

/// <summary>Notes which kernels are asked for, and gives launchers that do nothing.</summary>
internal sealed class KernelListing : IKernelLoader
{
    private readonly List<KernelSource> _sources = [];

    /// <summary>The kernels, in the order in which they were asked for.</summary>
    public IReadOnlyList<KernelSource> Sources => _sources;

    /// <inheritdoc/>
    public TLauncher Load<TLauncher>(KernelSource source, TLauncher nothing)
        where TLauncher : Delegate
    {
        if (!_sources.Contains(source))
            _sources.Add(source);
        return nothing;
    }
}
