using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Normalization;

/// <summary>
/// The channels around a channel that local response normalisation sums over: <see cref="Before"/> before it and <see cref="After"/> after it. Rows of scratch
/// memory have as many zeros at their ends, so that every channel, also the first and the last, is computed in vectors.
/// </summary>
internal readonly struct Neighbourhood
{
    /// <summary>PyTorch's: of an even size, the extra channel is the one before. More neighbours than there are channels add nothing.</summary>
    public Neighbourhood(int size, int channels)
    {
        Before = Math.Min(size / 2, channels);
        After = Math.Min((size - 1) / 2, channels);
    }

    /// <summary>Neighbours before a channel.</summary>
    public int Before { get; private init; }

    /// <summary>Neighbours after a channel.</summary>
    public int After { get; private init; }

    /// <summary>The channels in whose neighbourhood a channel is.</summary>
    public Neighbourhood Reversed => this with { Before = After, After = Before };

    /// <summary>Floats of a row with its zeros.</summary>
    public int RowLength(int channels) => Before + channels + After;

    /// <summary>Zeroes both ends of a row.</summary>
    public unsafe void ClearEnds(float* row, int channels)
    {
        new Span<float>(row, Before).Clear();
        new Span<float>(row + Before + channels, After).Clear();
    }

    /// <summary>The sums of the neighbourhoods of the channels from <paramref name="channel"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe V Sum<V>(float* row, nint channel)
        where V : struct, ILanes<V>
    {
        float* first = row + channel;
        V sum = V.Load(first);
        for (nint i = 1; i <= Before + After; i++)
            sum += V.Load(first + i);
        return sum;
    }
}
