using System.Runtime.Intrinsics;

namespace GradCam.Cpu.Simd;

/// <summary>The instructions that kernels are written in, so that one source serves every width. Implemented by types without state.</summary>
/// <typeparam name="TVector">A vector of floats.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>Vector registers of the machine.</summary>
    static abstract int Registers { get; }

    /// <summary>A vector from memory; no alignment is needed.</summary>
    static abstract TVector Load(float* source);

    /// <summary>A float from memory, in every element.</summary>
    static abstract TVector Broadcast(float* source);

    /// <summary>A value in every element.</summary>
    static abstract TVector All(float value);

    /// <summary>A vector of F16 from memory, widened.</summary>
    static abstract TVector LoadHalf(ushort* source);

    /// <summary>A vector of BF16 from memory, widened.</summary>
    static abstract TVector LoadBrain(ushort* source);

    /// <summary>A vector to memory; no alignment is needed.</summary>
    static abstract void Store(float* destination, TVector value);

    /// <summary>A mask of the first <paramref name="count"/> elements, for <see cref="LoadMasked"/> and <see cref="StoreMasked"/>.</summary>
    static abstract TVector Mask(int count);

    /// <summary>The masked elements from memory, the others zero; no other memory is touched.</summary>
    static abstract TVector LoadMasked(float* source, TVector mask);

    /// <summary>A vector's masked elements to memory; no other memory is touched.</summary>
    static abstract void StoreMasked(float* destination, TVector mask, TVector value);

    /// <summary>a + b.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a - b.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>a * b.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a * b + c, rounded once where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>The larger one; NaN where <paramref name="value"/> is NaN.</summary>
    static abstract TVector Max(TVector bound, TVector value);

    /// <summary>The smaller one; NaN where <paramref name="value"/> is NaN.</summary>
    static abstract TVector Min(TVector bound, TVector value);

    /// <summary>The sum of the elements.</summary>
    static abstract float Sum(TVector value);

    /// <summary>The sums of the elements of four vectors.</summary>
    static abstract Vector128<float> Sums(TVector a, TVector b, TVector c, TVector d);
}
