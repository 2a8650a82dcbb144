using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Layout;

/// <summary>
/// Channel shuffle, the transposition of a pixel's channels as a groups x n matrix: channel g * n + i goes to i * groups + g. Its gradient is the shuffle with
/// n groups. Two groups, which are interleaved, and groups of two, which are taken apart, go through vectors. In pieces of rows.
/// </summary>
internal unsafe struct ChannelShuffleKernel : IParallelJob
{
    private MapView _source;
    private MapView _destination;
    private GateRows _gate;
    private bool _accumulate;
    private int _groups;
    private int _width;
    private int _channels;
    private RowPieces _pieces;

    public static void Run(Team team, float* arena, int groups, in Tensor source, in Tensor destination, bool accumulate, in Gate gate)
    {
        var job = new ChannelShuffleKernel
        {
            _source = new MapView(arena, source),
            _destination = new MapView(arena, destination),
            _gate = new GateRows(arena, destination, gate),
            _accumulate = accumulate,
            _groups = groups,
            _width = source.Width,
            _channels = source.Channels,
            _pieces = new RowPieces(team, source.Height, (long)source.Width * source.Channels),
        };
        team.For(job._pieces.Count, job);
        if (!accumulate)
            HaloMemory.Clear(arena + destination.Offset, destination);
    }

    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];
        if (_accumulate)
            Shuffle<Accumulating>(from, to);
        else
            Shuffle<Overwriting>(from, to);
        _gate.Apply(from, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Shuffle<TStore>(int from, int to)
        where TStore : struct, IStore
    {
        int n = _channels / _groups;
        for (int y = from; y < to; y++)
        {
            float* source = _source.Row(y);
            float* destination = _destination.Row(y);
            for (int x = 0; x < _width; x++, source += _source.PixelStride, destination += _destination.PixelStride)
            {
                int done = 0;
                if (_groups == 2)
                    done = Interleave<TStore>(source, source + n, destination, n);
                else if (n == 2)
                    done = TakeApart<TStore>(source, destination, destination + _groups, _groups);
                if (n == 2 && _groups != 2)
                {
                    for (int g = done; g < _groups; g++)
                    {
                        TStore.Store(source[2 * g], destination + g);
                        TStore.Store(source[2 * g + 1], destination + _groups + g);
                    }

                    continue;
                }

                for (int g = 0; g < _groups; g++)
                {
                    for (int i = done; i < n; i++)
                        TStore.Store(source[g * n + i], destination + i * _groups + g);
                }
            }
        }
    }

    /// <summary>a0 b0 a1 b1 ... as far as vectors reach; returns how many of a and b were taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Interleave<TStore>(float* a, float* b, float* destination, int count)
        where TStore : struct, IStore
    {
        int i = 0;
        if (SimdWidth.Has512 && Avx512F.IsSupported)
        {
            Vector512<int> lower = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            Vector512<int> upper = Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            for (; i <= count - 16; i += 16)
            {
                Vector512<float> left = Vector512.Load(a + i), right = Vector512.Load(b + i);
                TStore.Store(new Lanes512(Avx512F.PermuteVar16x32x2(left, lower, right)), destination + 2 * i);
                TStore.Store(new Lanes512(Avx512F.PermuteVar16x32x2(left, upper, right)), destination + 2 * i + 16);
            }
        }

        if (SimdWidth.Has256 && Avx.IsSupported)
        {
            for (; i <= count - 8; i += 8)
            {
                Vector256<float> left = Vector256.Load(a + i), right = Vector256.Load(b + i);
                Vector256<float> low = Avx.UnpackLow(left, right), high = Avx.UnpackHigh(left, right);
                TStore.Store(new Lanes256(Avx.Permute2x128(low, high, 0x20)), destination + 2 * i);
                TStore.Store(new Lanes256(Avx.Permute2x128(low, high, 0x31)), destination + 2 * i + 8);
            }
        }

        if (Sse.IsSupported)
        {
            for (; i <= count - 4; i += 4)
            {
                Vector128<float> left = Vector128.Load(a + i), right = Vector128.Load(b + i);
                TStore.Store(new Lanes128(Sse.UnpackLow(left, right)), destination + 2 * i);
                TStore.Store(new Lanes128(Sse.UnpackHigh(left, right)), destination + 2 * i + 4);
            }
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            for (; i <= count - 4; i += 4)
            {
                Vector128<float> left = Vector128.Load(a + i), right = Vector128.Load(b + i);
                TStore.Store(new Lanes128(AdvSimd.Arm64.ZipLow(left, right)), destination + 2 * i);
                TStore.Store(new Lanes128(AdvSimd.Arm64.ZipHigh(left, right)), destination + 2 * i + 4);
            }
        }

        return i;
    }

    /// <summary>The even and the odd elements of the source as far as vectors reach; returns how many of each were taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeApart<TStore>(float* source, float* even, float* odd, int count)
        where TStore : struct, IStore
    {
        int i = 0;
        if (SimdWidth.Has512 && Avx512F.IsSupported)
        {
            Vector512<int> evens = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            Vector512<int> odds = Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
            for (; i <= count - 16; i += 16)
            {
                Vector512<float> left = Vector512.Load(source + 2 * i), right = Vector512.Load(source + 2 * i + 16);
                TStore.Store(new Lanes512(Avx512F.PermuteVar16x32x2(left, evens, right)), even + i);
                TStore.Store(new Lanes512(Avx512F.PermuteVar16x32x2(left, odds, right)), odd + i);
            }
        }

        if (Sse.IsSupported)
        {
            for (; i <= count - 4; i += 4)
            {
                Vector128<float> left = Vector128.Load(source + 2 * i), right = Vector128.Load(source + 2 * i + 4);
                TStore.Store(new Lanes128(Sse.Shuffle(left, right, 0b_10_00_10_00)), even + i);
                TStore.Store(new Lanes128(Sse.Shuffle(left, right, 0b_11_01_11_01)), odd + i);
            }
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            for (; i <= count - 4; i += 4)
            {
                Vector128<float> left = Vector128.Load(source + 2 * i), right = Vector128.Load(source + 2 * i + 4);
                TStore.Store(new Lanes128(AdvSimd.Arm64.UnzipEven(left, right)), even + i);
                TStore.Store(new Lanes128(AdvSimd.Arm64.UnzipOdd(left, right)), odd + i);
            }
        }

        return i;
    }

    /// <summary>How a value goes to memory.</summary>
    private interface IStore
    {
        static abstract void Store<V>(V value, float* address)
            where V : struct, ILanes<V>;

        static abstract void Store(float value, float* address);
    }

    private struct Overwriting : IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<V>(V value, float* address)
            where V : struct, ILanes<V> => V.Store(value, address);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(float value, float* address) => *address = value;
    }

    private struct Accumulating : IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<V>(V value, float* address)
            where V : struct, ILanes<V> => V.Store(V.Load(address) + value, address);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(float value, float* address) => *address += value;
    }
}
