using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.FullyConnected;

/// <summary>How a matrix's elements are stored. Implemented by types without state.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Bytes of an element.</summary>
    static abstract int Size { get; }

    /// <summary>A vector of elements as floats; no alignment is needed.</summary>
    static abstract TVector Load<TSimd, TVector>(byte* source)
        where TSimd : ISimd<TVector>
        where TVector : struct;

    /// <summary>The elements that a mask has, the others zero; no other memory is touched.</summary>
    /// <param name="source">The first.</param>
    /// <param name="count">How many, less than a vector has.</param>
    /// <param name="mask">The mask of so many.</param>
    static abstract TVector LoadTail<TSimd, TVector>(byte* source, int count, TVector mask)
        where TSimd : ISimd<TVector>
        where TVector : struct;
}

/// <summary>F32.</summary>
internal readonly unsafe struct Float32 : IWeightFormat
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(float);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TSimd, TVector>(byte* source)
        where TSimd : ISimd<TVector>
        where TVector : struct => TSimd.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LoadTail<TSimd, TVector>(byte* source, int count, TVector mask)
        where TSimd : ISimd<TVector>
        where TVector : struct => TSimd.LoadMasked((float*)source, mask);
}

/// <summary>F16.</summary>
internal readonly unsafe struct Float16 : IWeightFormat
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(ushort);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TSimd, TVector>(byte* source)
        where TSimd : ISimd<TVector>
        where TVector : struct => TSimd.LoadHalf((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LoadTail<TSimd, TVector>(byte* source, int count, TVector mask)
        where TSimd : ISimd<TVector>
        where TVector : struct => ShortTail.Load<Float16, TSimd, TVector>(source, count);
}

/// <summary>BF16.</summary>
internal readonly unsafe struct BrainFloat16 : IWeightFormat
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(ushort);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TSimd, TVector>(byte* source)
        where TSimd : ISimd<TVector>
        where TVector : struct => TSimd.LoadBrain((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LoadTail<TSimd, TVector>(byte* source, int count, TVector mask)
        where TSimd : ISimd<TVector>
        where TVector : struct => ShortTail.Load<BrainFloat16, TSimd, TVector>(source, count);
}

/// <summary>The last elements of a row in 16 bits, for which there are no masked loads: from a copy with zeros behind them.</summary>
internal static unsafe class ShortTail
{
    /// <summary>Loads less than a vector.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TVector Load<TFormat, TSimd, TVector>(byte* source, int count)
        where TFormat : struct, IWeightFormat
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        ushort* tail = stackalloc ushort[TSimd.Width];
        for (int i = 0; i < count; i++)
            tail[i] = ((ushort*)source)[i];
        return TFormat.Load<TSimd, TVector>((byte*)tail);
    }
}
