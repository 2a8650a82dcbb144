using GradCam.Cpu.Layout;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;

namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    public readonly void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
        if (source.Length != destination.Length)
            throw new ArgumentException($"Expected {Describe(destination)}, found {source.Length} floats.", nameof(source));
        fixed (float* packed = source)
        {
            if (layout == TensorLayout.Chw)
            {
                PlanesKernel.Run(_team, packed, At(destination), destination);
                return;
            }

            var view = new MapView(packed, destination.Width * destination.Channels, destination.Channels);
            ElementwiseJob<CopyFunction>.Run(_team, _arena, default, view, default, default, destination);
        }
    }

    public readonly void Read(in Tensor source, Span<float> destination)
    {
        if (destination.Length != source.Length)
            throw new ArgumentException($"Expected room for {Describe(source)}, found {destination.Length} floats.", nameof(destination));
        var shape = new Tensor(0, source.Channels, source.Height, source.Width);
        fixed (float* packed = destination)
            ElementwiseJob<CopyFunction>.Run(_team, packed, default, new MapView(_arena, source), default, default, shape);
    }

    public readonly void OneHot(int @class, float seed, in Tensor gradient)
    {
        Clear(gradient);
        At(gradient)[@class] = seed;
    }

    public readonly void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default)
    {
        if (destination.Pixels == 1 && source.Pixels != 1)
            PixelSumKernel.Run(_team, _arena, source, default, hasFactor: false, destination, accumulate, gate);
        else
            ElementwiseJob<CopyFunction>.Run(_team, _arena, default, new MapView(_arena, source), default, default, destination, accumulate, gate);
    }

    public readonly void Clear(in Tensor destination)
    {
        for (int y = 0; y < destination.Height; y++)
            HaloMemory.ClearPixels(At(destination) + (nint)y * destination.RowStride, destination.Width, destination);
        HaloMemory.Clear(_arena + destination.Offset, destination);
    }

    private static string Describe(in Tensor tensor) => $"{tensor.Length} floats ({tensor.Height} x {tensor.Width} x {tensor.Channels})";
}
