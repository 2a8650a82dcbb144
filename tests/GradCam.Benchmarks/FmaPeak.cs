using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Simd;

namespace GradCam.Benchmarks;

/// <summary>What a core's multipliers do when nothing holds them up.</summary>
internal static unsafe class FmaPeak
{
    /// <summary>Floating-point operations per second of one core: chains of multiply-adds on registers, at the widest level in use.</summary>
    public static double Measure() => SimdLevels.Widest switch
    {
        SimdLevel.Vector512 => Measure<Simd512, Vector512<float>>(),
        SimdLevel.Vector256 => Measure<Simd256, Vector256<float>>(),
        _ => Measure<Simd128, Vector128<float>>(),
    };

    private static double Measure<TSimd, TVector>()
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        const int Steps = 100_000;
        float* sink = stackalloc float[16];
        double best = 0;
        for (int trial = 0; trial < 40; trial++)
        {
            long start = Stopwatch.GetTimestamp();
            TSimd.Store(sink, Chains<TSimd, TVector>(Steps));
            best = Math.Max(best, 20.0 * TSimd.Width * Steps / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TVector Chains<TSimd, TVector>(int steps)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        float one = 1;
        TVector x = TSimd.Broadcast(&one);
        TVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (int step = 0; step < steps; step++)
        {
            a = TSimd.MultiplyAdd(x, x, a);
            b = TSimd.MultiplyAdd(x, x, b);
            c = TSimd.MultiplyAdd(x, x, c);
            d = TSimd.MultiplyAdd(x, x, d);
            e = TSimd.MultiplyAdd(x, x, e);
            f = TSimd.MultiplyAdd(x, x, f);
            g = TSimd.MultiplyAdd(x, x, g);
            h = TSimd.MultiplyAdd(x, x, h);
            i = TSimd.MultiplyAdd(x, x, i);
            j = TSimd.MultiplyAdd(x, x, j);
        }

        return TSimd.Add(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), TSimd.Add(TSimd.Add(e, f), TSimd.Add(TSimd.Add(g, h), TSimd.Add(i, j))));
    }
}
