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

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TVector LoadTail<TSimd, TVector>(byte* source, int count, TVector mask)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        ushort* tail = stackalloc ushort[TSimd.Width];
        for (int i = 0; i < count; i++)
            tail[i] = ((ushort*)source)[i];
        return TSimd.LoadHalf(tail);
    }
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TVector LoadTail<TSimd, TVector>(byte* source, int count, TVector mask)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        ushort* tail = stackalloc ushort[TSimd.Width];
        for (int i = 0; i < count; i++)
            tail[i] = ((ushort*)source)[i];
        return TSimd.LoadBrain(tail);
    }
}
