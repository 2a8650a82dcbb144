using GradCam.Gpu.Kernels;
using ILGPU;

namespace GradCam.Gpu;

/// <content>Maps into the workspace, out of it and within it.</content>
internal readonly partial struct GpuBackend
{
    public void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
        int expected = destination.Length * Samples.Count;
        if (source.Length != expected)
            throw new ArgumentException($"Expected {expected} floats, found {source.Length}.", nameof(source));

        ArrayView<float> packed = workspace.Packed<float>(source.Length);
        workspace.Transfers.Upload(source, packed);
        var args = new TransferArgs { Samples = Samples, Map = new MapArgs(destination), IsPlanar = layout == TensorLayout.Chw ? 1 : 0 };
        Kernels.Write(Stream, Each(destination), Arena, packed, args);
    }

    public void Read(in Tensor source, Span<float> destination)
    {
        int expected = source.Length * Samples.Count;
        if (destination.Length != expected)
            throw new ArgumentException($"Expected room for {expected} floats, found {destination.Length}.", nameof(destination));

        Read(source).CopyTo(destination);
    }

    /// <summary>Reads a tensor of all samples.</summary>
    /// <returns>[samples, height, width, channels], valid until the next transfer to the host.</returns>
    public ReadOnlySpan<float> Read(in Tensor source)
    {
        if (source.IsDense && Samples.Count == 1)
            return workspace.Transfers.Download(Arena.SubView(source.Offset, source.Length));

        ArrayView<float> packed = workspace.Packed<float>(source.Length * Samples.Count);
        Pack(source, packed, start: 0);
        return workspace.Transfers.Download(packed);
    }

    /// <summary>Packs a tensor of all samples.</summary>
    /// <param name="source">The tensor.</param>
    /// <param name="packed">Receives [samples, height, width, channels].</param>
    /// <param name="start">Where that begins.</param>
    public void Pack(in Tensor source, ArrayView<float> packed, int start) =>
        Kernels.Read(Stream, Each(source), Arena, packed, new TransferArgs { Samples = Samples, Map = new MapArgs(source), PackedStart = start });

    public void OneHot(int @class, float seed, in Tensor gradient)
    {
        var args = new ClassArgs { Samples = Samples, Output = new MapArgs(gradient), Class = @class, Seed = seed };
        Kernels.OneHot(Stream, Each(gradient), Arena, workspace.Classes, args);
    }

    public void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default)
    {
        var gradient = new GradientArgs(accumulate, gate);
        if (IsPixel(destination) && !IsPixel(source))
            SumPixels(source, default, destination, scale: 1, gradient);
        else
            Pointwise(PointwiseFormula.Copy, destination, source, default, default, gradient);
    }

    public void Clear(in Tensor destination) => Pointwise(PointwiseFormula.Zero, destination, default, default, default, default);

    /// <summary>Launches sums over the pixels of a map, or of its product with a factor.</summary>
    private void SumPixels(in Tensor input, in Tensor factor, in Tensor output, float scale, in GradientArgs gradient)
    {
        var args = new PixelSumArgs
        {
            Samples = Samples,
            Output = new MapArgs(output),
            Input = new MapArgs(input),
            Factor = IsPixel(factor) ? MapArgs.Spread(factor) : new MapArgs(factor),
            HasFactor = factor.IsEmpty ? 0 : 1,
            Scale = scale,
            Gradient = gradient,
            Lanes = workspace.Device.Lanes,
        };
        Kernels.PixelSum(Stream, Lanes(output.Channels), Arena, args);
    }

    private void Pointwise(PointwiseFormula formula, in Tensor output, in Tensor a, in Tensor b, in Activation function, in GradientArgs gradient) =>
        Pointwise(formula, output, a, b, function, gradient, Arena, summands: 0);

    private void Pointwise(
        PointwiseFormula formula, in Tensor output, in Tensor a, in Tensor b, in Activation function, in GradientArgs gradient, ArrayView<float> parameters,
        int summands)
    {
        var args = new PointwiseArgs
        {
            Samples = Samples,
            Output = new MapArgs(output),
            A = new MapArgs(a),
            B = IsPixel(b) && !IsPixel(output) ? MapArgs.Spread(b) : new MapArgs(b),
            Formula = (int)formula,
            Function = new ActivationArgs(function),
            Gradient = gradient,
            Summands = summands,
        };
        Kernels.Pointwise(Stream, Each(output), Arena, parameters, args);
    }
}
