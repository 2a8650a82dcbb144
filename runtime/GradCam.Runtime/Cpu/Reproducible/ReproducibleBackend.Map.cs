using GradCam.Cpu.Layout;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Numerics;

namespace GradCam.Cpu.Reproducible;

internal readonly unsafe partial struct ReproducibleBackend
{
    public void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
        if (source.Length != destination.Length)
            throw new ArgumentException($"Expected {Describe(destination)}, found {source.Length} floats.", nameof(source));
        fixed (float* packed = source)
        {
            if (layout == TensorLayout.Chw)
                PlanesKernel.Run(_team, packed, At(destination), destination);
            else
                Copy(new MapView(packed, destination.Width * destination.Channels, destination.Channels), destination, accumulate: false);
        }
    }

    public void Read(in Tensor source, Span<float> destination)
    {
        if (destination.Length != source.Length)
            throw new ArgumentException($"Expected room for {Describe(source)}, found {destination.Length} floats.", nameof(destination));
        fixed (float* packed = destination)
        {
            var view = new MapView(packed, source.Width * source.Channels, source.Channels);
            Elementwise<CopyFunction>.Run(
                _team, default, new MapView(_arena, source), default, default, view, source.Height, source.Width, source.Channels, accumulate: false);
        }

        ReproducibleArithmetic.Instance.CanonicaliseNaN(destination);
    }

    public void OneHot(int @class, float seed, in Tensor gradient)
    {
        Clear(gradient);
        At(gradient)[@class] = seed;
    }

    public void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default)
    {
        if (destination.Pixels == 1 && source.Pixels != 1)
            SumPixels(source, default, hasFactor: false, destination, accumulate);
        else
            Copy(new MapView(_arena, source), destination, accumulate);
        EndGradient(destination, accumulate, gate);
    }

    public void Clear(in Tensor destination)
    {
        for (int y = 0; y < destination.Height; y++)
            HaloMemory.ClearPixels(At(destination) + (nint)y * destination.RowStride, destination.Width, destination);
        ClearHalo(destination);
    }

    private void Copy(MapView source, in Tensor destination, bool accumulate) =>
        Elementwise<CopyFunction>.Run(_team, _arena, default, source, default, default, destination, accumulate);

    private void SumPixels(in Tensor map, MapView factor, bool hasFactor, in Tensor sums, bool accumulate)
    {
        var work = new PixelSumWork(new MapView(_arena, map), factor, hasFactor, (map.Height, map.Width), new MapView(_arena, sums), accumulate);
        ChannelJob<PixelSumWork>.Run(_team, work, map.Channels);
    }

    private static string Describe(in Tensor tensor) => $"{tensor.Length} floats ({tensor.Height} x {tensor.Width} x {tensor.Channels})";
}
