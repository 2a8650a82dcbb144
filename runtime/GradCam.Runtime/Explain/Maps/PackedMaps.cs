using System.Numerics;
using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain.Maps;

/// <summary>Map operations on packed [pixels, channels] memory of the host. Its own memory grows to the widest layer asked for.</summary>
/// <param name="arithmetic">How sums are taken.</param>
internal sealed class PackedMaps(Arithmetic arithmetic) : IMapOperations
{
    private readonly List<double[]> _numbers = [];
    private readonly PrincipalAxis _axis = new(arithmetic);
    private int _numbersUsed;
    private float[] _weights = [];
    private float[] _constants = [];
    private EigenSmoothMaps? _eigenSmooth;
    private ReadOnlyMemory<float> _activations;
    private ReadOnlyMemory<float> _gradients;
    private ReadOnlyMemory<float> _gradientSums;
    private Memory<float> _map;

    public int Pixels => _map.Length;

    public int Channels { get; private set; }

    public IMapOperations EigenSmooth => _eigenSmooth ??= new EigenSmoothMaps(this);

    /// <summary>Gradients for terms; where a method needs none, its terms are of the activations alone.</summary>
    private ReadOnlySpan<float> TermGradients => (_gradients.IsEmpty ? _activations : _gradients).Span;

    /// <summary>Takes a layer's maps.</summary>
    /// <param name="activations">[pixels, channels].</param>
    /// <param name="gradients">[pixels, channels]; empty where the method does not need them.</param>
    /// <param name="gradientSums">[channels]; empty where they are to be made of the gradients.</param>
    /// <param name="map">[pixels], which the method computes.</param>
    public void Begin(ReadOnlyMemory<float> activations, ReadOnlyMemory<float> gradients, ReadOnlyMemory<float> gradientSums, Memory<float> map)
    {
        (_activations, _gradients, _gradientSums, _map) = (activations, gradients, gradientSums, map);
        Channels = activations.Length / map.Length;
        _numbersUsed = 0;
    }

    public ChannelNumbers GradientSums()
    {
        Span<double> sums = Next(out ChannelNumbers numbers);
        if (_gradientSums.IsEmpty)
            AddPixels(_gradients.Span, sums);
        else
            TensorPrimitives.ConvertTruncating(_gradientSums.Span, sums);
        return numbers;
    }

    public ChannelNumbers ActivationSums()
    {
        AddPixels(_activations.Span, Next(out ChannelNumbers numbers));
        return numbers;
    }

    public ChannelNumbers SumOverPixels<TTerm>(ChannelNumbers constants = default)
        where TTerm : IMapTerm
    {
        Span<double> sums = Next(out ChannelNumbers numbers);
        ReadOnlySpan<double> constantsOrZeros = OrZeros(constants);
        ReadOnlySpan<float> activations = _activations.Span;
        ReadOnlySpan<float> gradients = TermGradients;
        for (int p = 0; p < activations.Length; p += sums.Length)
            AddTerms<TTerm>(activations.Slice(p, sums.Length), gradients.Slice(p, sums.Length), constantsOrZeros, sums);
        return numbers;
    }

    public ChannelNumbers PerChannel<TFormula>(ChannelNumbers first = default, ChannelNumbers second = default, double scalar = 0)
        where TFormula : IChannelFormula
    {
        Span<double> results = Next(out ChannelNumbers numbers);
        ReadOnlySpan<double> firsts = OrZeros(first);
        ReadOnlySpan<double> seconds = OrZeros(second);
        for (int c = 0; c < results.Length; c++)
            results[c] = TFormula.Of<DoubleNumber>(new(firsts[c]), new(seconds[c]), new(scalar)).Value;
        return numbers;
    }

    public Span<double> Read(ChannelNumbers numbers) => _numbers[numbers.Index - 1].AsSpan(0, Channels);

    public ChannelNumbers Write(ReadOnlySpan<double> numbers)
    {
        numbers.CopyTo(Next(out ChannelNumbers written));
        return written;
    }

    public void WeightedSum(ChannelNumbers weights)
    {
        ReadOnlySpan<float> singles = ToSingles(weights, ref _weights);
        ReadOnlySpan<float> activations = _activations.Span;
        Span<float> map = _map.Span;
        for (int p = 0; p < map.Length; p++)
            map[p] = arithmetic.Dot(activations.Slice(p * singles.Length, singles.Length), singles);
    }

    public void SumOfProducts()
    {
        ReadOnlySpan<float> activations = _activations.Span;
        ReadOnlySpan<float> gradients = _gradients.Span;
        Span<float> map = _map.Span;
        int channels = Channels;
        for (int p = 0; p < map.Length; p++)
            map[p] = arithmetic.Dot(activations.Slice(p * channels, channels), gradients.Slice(p * channels, channels));
    }

    public void SumOverChannels<TTerm>(ChannelNumbers constants = default, ChannelNumbers weights = default)
        where TTerm : IMapTerm
    {
        ReadOnlySpan<float> constantsOrNone = ToSingles(constants, ref _constants);
        ReadOnlySpan<float> weightsOrNone = ToSingles(weights, ref _weights);
        ReadOnlySpan<float> activations = _activations.Span;
        ReadOnlySpan<float> gradients = TermGradients;
        Span<float> map = _map.Span;
        int channels = Channels;
        // From the first channel to the last where all machines are to sum alike.
        int vectors = arithmetic.IsReproducible ? 0 : channels / Vector<float>.Count;
        for (int p = 0; p < map.Length; p++)
        {
            map[p] = SumOfTerms<TTerm>(
                vectors, activations.Slice(p * channels, channels), gradients.Slice(p * channels, channels), constantsOrNone, weightsOrNone);
        }
    }

    public void PrincipalComponent<TTerm>(ChannelNumbers constants = default, ChannelNumbers weights = default)
        where TTerm : IMapTerm
    {
        ReadOnlySpan<float> constantsOrNone = ToSingles(constants, ref _constants);
        ReadOnlySpan<float> weightsOrNone = ToSingles(weights, ref _weights);
        ReadOnlySpan<float> activations = _activations.Span;
        ReadOnlySpan<float> gradients = TermGradients;
        Span<double> rows = _axis.Rows(Pixels, Channels);
        for (int p = 0; p < rows.Length; p += Channels)
        {
            for (int c = 0; c < Channels; c++)
            {
                double constant = constantsOrNone.IsEmpty ? 0 : constantsOrNone[c];
                double term = TTerm.Of<DoubleNumber>(new(activations[p + c]), new(gradients[p + c]), new(constant)).Value;
                rows[p + c] = weightsOrNone.IsEmpty ? term : weightsOrNone[c] * term;
            }
        }

        _axis.Project(_map.Span);
    }

    public void KernelPrincipalComponent()
    {
        TensorPrimitives.ConvertTruncating(_activations.Span, _axis.Rows(Pixels, Channels));
        _axis.ProjectKernel(_map.Span);
    }

    /// <summary>sums[c] += x[p, c] for each pixel.</summary>
    private static void AddPixels(ReadOnlySpan<float> x, Span<double> sums)
    {
        for (int p = 0; p < x.Length; p += sums.Length)
        {
            ReadOnlySpan<float> pixel = x.Slice(p, sums.Length);
            int c = 0;
            for (; c <= sums.Length - Vector<float>.Count; c += Vector<float>.Count)
            {
                Doubles.Widen(new Vector<float>(pixel[c..]), out Vector<double> low, out Vector<double> high);
                Accumulate(sums[c..], low, high);
            }

            for (; c < sums.Length; c++)
                sums[c] += pixel[c];
        }
    }

    /// <summary>sums[c] += term[c] of one pixel.</summary>
    private static void AddTerms<TTerm>(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, ReadOnlySpan<double> constants, Span<double> sums)
        where TTerm : IMapTerm
    {
        int c = 0;
        for (; c <= sums.Length - Vector<float>.Count; c += Vector<float>.Count)
        {
            Doubles.Widen(new Vector<float>(activations[c..]), out Vector<double> aLow, out Vector<double> aHigh);
            Doubles.Widen(new Vector<float>(gradients[c..]), out Vector<double> gLow, out Vector<double> gHigh);
            ReadOnlySpan<double> constant = constants[c..];
            DoubleNumbers low = TTerm.Of<DoubleNumbers>(new(aLow), new(gLow), new(new Vector<double>(constant)));
            DoubleNumbers high = TTerm.Of<DoubleNumbers>(new(aHigh), new(gHigh), new(new Vector<double>(constant[Vector<double>.Count..])));
            Accumulate(sums[c..], low.Values, high.Values);
        }

        for (; c < sums.Length; c++)
            sums[c] += TTerm.Of<DoubleNumber>(new(activations[c]), new(gradients[c]), new(constants[c])).Value;
    }

    /// <summary>Sum over c of weights[c] times a term, the first of them in so many vectors; empty constants are zeros, empty weights ones.</summary>
    private static float SumOfTerms<TTerm>(
        int vectors, ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, ReadOnlySpan<float> constants, ReadOnlySpan<float> weights)
        where TTerm : IMapTerm
    {
        Vector<float> sums = Vector<float>.Zero;
        int c = 0;
        for (; c < vectors * Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector<float> constant = constants.IsEmpty ? default : new Vector<float>(constants[c..]);
            var (activation, gradient) = (new Vector<float>(activations[c..]), new Vector<float>(gradients[c..]));
            Vector<float> term = TTerm.Of<SingleNumbers>(new(activation), new(gradient), new(constant)).Values;
            sums += weights.IsEmpty ? term : term * new Vector<float>(weights[c..]);
        }

        float sum = Vector.Sum(sums);
        for (; c < activations.Length; c++)
        {
            float term = TTerm.Of<SingleNumber>(new(activations[c]), new(gradients[c]), new(constants.IsEmpty ? 0 : constants[c])).Value;
            sum += weights.IsEmpty ? term : term * weights[c];
        }

        return sum;
    }

    /// <summary>Adds to the first two vectors of sums.</summary>
    private static void Accumulate(Span<double> sums, Vector<double> low, Vector<double> high)
    {
        Span<double> second = sums[Vector<double>.Count..];
        (new Vector<double>(sums) + low).CopyTo(sums);
        (new Vector<double>(second) + high).CopyTo(second);
    }

    /// <summary>Zeroed room for a number a channel. Doubles: a channel of a large map is a sum of tens of thousands of terms that nearly cancel.</summary>
    private Span<double> Next(out ChannelNumbers numbers)
    {
        if (_numbersUsed == _numbers.Count)
            _numbers.Add([]);
        if (_numbers[_numbersUsed].Length < Channels)
            _numbers[_numbersUsed] = new double[Channels];
        numbers = new ChannelNumbers(++_numbersUsed);
        Span<double> room = Read(numbers);
        room.Clear();
        return room;
    }

    private ReadOnlySpan<double> OrZeros(ChannelNumbers numbers) => numbers.IsEmpty ? Next(out _) : Read(numbers);

    /// <summary>The numbers as floats; none of none.</summary>
    private ReadOnlySpan<float> ToSingles(ChannelNumbers numbers, ref float[] array)
    {
        if (numbers.IsEmpty)
            return default;
        Span<float> singles = Room(ref array);
        ReadOnlySpan<double> doubles = Read(numbers);
        for (int c = 0; c < singles.Length; c++)
            singles[c] = (float)doubles[c];
        return singles;
    }

    private Span<float> Room(ref float[] array)
    {
        if (array.Length < Channels)
            array = new float[Channels];
        return array.AsSpan(0, Channels);
    }
}
