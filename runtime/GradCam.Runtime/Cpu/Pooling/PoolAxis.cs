using System.Runtime.CompilerServices;

namespace GradCam.Cpu.Pooling;

/// <summary>Which inputs make an output of a pooling, and which outputs an input goes into, along one axis.</summary>
internal readonly struct PoolAxis
{
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _kernel;
    private readonly int _stride;
    private readonly int _pad;
    private readonly int _countedEnd;
    private readonly bool _adaptive;

    private PoolAxis(int inputs, int outputs, int kernel, int stride, int pad, int countedEnd, int dilation, bool adaptive)
    {
        _inputs = inputs;
        _outputs = outputs;
        _kernel = kernel;
        _stride = stride;
        _pad = pad;
        _countedEnd = countedEnd;
        Dilation = Math.Max(dilation, 1);
        _adaptive = adaptive;
    }

    /// <summary>Inputs from tap to tap.</summary>
    public int Dilation { get; }

    /// <summary>The rows of a sliding window.</summary>
    public static PoolAxis Rows(in Window window, in Tensor input, in Tensor output, bool countPadding = false) =>
        new(input.Height, output.Height, window.Kernel.Height, window.Stride.Height, window.Pad.Top,
            countPadding ? input.Height + window.Pad.Bottom : 0, window.Dilation.Height, adaptive: false);

    /// <summary>The columns of a sliding window.</summary>
    public static PoolAxis Columns(in Window window, in Tensor input, in Tensor output, bool countPadding = false) =>
        new(input.Width, output.Width, window.Kernel.Width, window.Stride.Width, window.Pad.Left,
            countPadding ? input.Width + window.Pad.Right : 0, window.Dilation.Width, adaptive: false);

    /// <summary>Bins: output o covers the inputs from floor(o inputs / outputs) to before ceil((o + 1) inputs / outputs).</summary>
    public static PoolAxis Adaptive(int inputs, int outputs) => new(inputs, outputs, 0, 0, 0, 0, 1, adaptive: true);

    /// <summary>The taps of an output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PoolRange At(int output)
    {
        int start = output * _stride - _pad;
        bool isInside = !_adaptive && _countedEnd == 0 && start >= 0 && start + (_kernel - 1) * Dilation < _inputs;
        return isInside ? new(start, _kernel, _kernel) : AtEdge(output);
    }

    /// <summary>The taps of an output whose window may lie over an edge, and of a bin.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PoolRange AtEdge(int output)
    {
        if (_adaptive)
        {
            int first = (int)((long)output * _inputs / _outputs);
            int count = (int)(((output + 1L) * _inputs + _outputs - 1) / _outputs) - first;
            return new(first, count, count);
        }

        int start = output * _stride - _pad;
        int from = start < 0 ? (-start + Dilation - 1) / Dilation : 0;
        int to = start + (_kernel - 1) * Dilation < _inputs ? _kernel : (Math.Max(_inputs - start, 0) + Dilation - 1) / Dilation;
        int taps = Math.Max(to - from, 0);
        return new(start + from * Dilation, taps, _countedEnd == 0 ? taps : Math.Min(_kernel, _countedEnd - start));
    }

    /// <summary>The outputs, from the first to before the end, whose windows (without dilation) or bins cover an input.</summary>
    public (int First, int End) Covering(int input)
    {
        if (_adaptive)
        {
            int first = (int)((long)input * _outputs / _inputs);
            int end = (int)(((input + 1L) * _outputs + _inputs - 1) / _inputs);
            return (first, end);
        }

        int above = input + _pad - _kernel + 1;
        return (above <= 0 ? 0 : (above + _stride - 1) / _stride, Math.Min(_outputs, (input + _pad) / _stride + 1));
    }
}
