using GradCam.Gpu.Devices;
using GradCam.Gpu.Memory;
using GradCam.Planning;
using GradCam.Weights;

namespace GradCam.Gpu.Planning;

/// <summary>A network's weights on a device, and what the dry run has found out about its operations. The sessions of a network share it.</summary>
internal sealed class GpuPlan(NetworkInfo info, WeightSource source, GpuDevice device, GpuOptions options) : IDisposable
{
    /// <summary>Floats that a tensor's start is rounded up to: a line of memory.</summary>
    private const int Alignment = 32;

    private readonly List<PreparedOperation?> _operations = [];
    private readonly Dictionary<int, Tensor[]> _chains = [];

    /// <summary>Where the network runs.</summary>
    public GpuDevice Device => device;

    /// <summary>With how many bits it multiplies.</summary>
    public GpuPrecision Precision => options.Precision;

    /// <summary>Whether Winograd's algorithm may run convolutions.</summary>
    public bool UseWinograd => options.UseWinograd;

    /// <summary>Whether parts of the schedule are recorded as graphs.</summary>
    public bool UseGraphs => options.UseGraphs;

    /// <summary>Whether kernels are loaded before they are needed.</summary>
    public bool LoadsKernelsAhead => options.LoadsKernelsAhead;

    /// <summary>The weights, during the dry run.</summary>
    public NetworkWeights Weights { get; } = new(info, source);

    /// <summary>The weights on the device.</summary>
    public DeviceMemory Memory { get; } = new(device.Accelerator);

    /// <summary>Floats of a sample: the workspace and, behind it, the maps between the links of chains.</summary>
    public int SampleLength { get; private set; } = RoundUp(info.WorkspaceLength);

    /// <summary>The prepared form of an operation.</summary>
    public T Get<T>(int id)
        where T : PreparedOperation => (T)_operations[id]!;

    /// <summary>The prepared form of an operation, made when it is first met.</summary>
    public T Prepare<T>(int id, Func<T> make)
        where T : PreparedOperation
    {
        while (_operations.Count <= id)
            _operations.Add(null);
        if (_operations[id] is not T prepared)
            _operations[id] = prepared = make();
        return prepared;
    }

    /// <summary>Where the maps between a chain's links lie.</summary>
    public Tensor[] Between(int lastId) => _chains[lastId];

    /// <summary>Makes room for the maps between a chain's links. A link reads one and writes the next, so that there are two at a time.</summary>
    public void PrepareChain(int lastId, ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor output)
    {
        if (_chains.ContainsKey(lastId))
            return;

        var maps = new Tensor[between.Length];
        Span<int> sizes = [0, 0];
        for (int i = 0; i < maps.Length; i++)
        {
            MapSize size = between[i];
            Edges halo = default;
            if (i + 1 < chain.Length)
            {
                Extent written = i + 1 < between.Length ? (between[i + 1].Height, between[i + 1].Width) : (output.Height, output.Width);
                halo = Reach(chain[i + 1].Window, size, written);
            }

            maps[i] = new Tensor(0, size.Channels, size.Height, size.Width, halo);
            int length = checked((halo.Top + size.Height + halo.Bottom) * maps[i].RowStride);
            sizes[i % 2] = Math.Max(sizes[i % 2], RoundUp(length));
        }

        for (int i = 0; i < maps.Length; i++)
            maps[i] = maps[i] with { Offset = maps[i].Offset + RoundUp(info.WorkspaceLength) + (i % 2 == 0 ? 0 : sizes[0]) };
        SampleLength = Math.Max(SampleLength, checked(RoundUp(info.WorkspaceLength) + sizes[0] + sizes[1]));
        _chains.Add(lastId, maps);
    }

    /// <inheritdoc/>
    public void Dispose() => Memory.Dispose();

    private static int RoundUp(int length) => checked((length + Alignment - 1) / Alignment * Alignment);

    /// <summary>What a convolution reads beyond its input.</summary>
    private static Edges Reach(in Window window, MapSize read, Extent written)
    {
        return new Edges(
            Math.Max(window.Pad.Top, 0), Math.Max(window.Pad.Left, 0),
            After(written.Height, window.Stride.Height, window.Pad.Top, window.Kernel.Height, window.Dilation.Height, read.Height),
            After(written.Width, window.Stride.Width, window.Pad.Left, window.Kernel.Width, window.Dilation.Width, read.Width));

        static int After(int written, int stride, int pad, int kernel, int dilation, int read) =>
            Math.Max((written - 1) * stride - pad + (kernel - 1) * dilation - (read - 1), 0);
    }
}
