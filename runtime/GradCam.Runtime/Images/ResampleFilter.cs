namespace GradCam.Images;

/// <summary>
/// The taps of a one-dimensional resize: output i is a weighted sum of some neighbouring inputs. The filter is a triangle ("bilinear"), as wide as
/// two outputs when it shrinks (antialiased) and as two inputs when it enlarges; centres are half-pixel. These are the weights of Pillow's BILINEAR and of
/// PyTorch's interpolate(mode="bilinear", antialias=True).
/// </summary>
internal sealed class ResampleFilter
{
    private long _inputSize;
    private long _outputSize;
    private long _first;
    private int[] _starts = [];
    private int[] _offsets = [];
    private float[] _weights = [];

    /// <summary>Outputs computed.</summary>
    public int Count { get; private set; }

    /// <summary>Weights of all outputs.</summary>
    public int WeightCount => _offsets[Count];

    /// <summary>The first input that any output reads.</summary>
    public int InputStart { get; private set; }

    /// <summary>One past the last input that any output reads.</summary>
    public int InputEnd { get; private set; }

    /// <summary>Prepares for a resize of which only some outputs are wanted. Does nothing when it is the same as the last one.</summary>
    /// <param name="inputSize">Inputs.</param>
    /// <param name="outputSize">Outputs of the whole resize.</param>
    /// <param name="first">The first output wanted.</param>
    /// <param name="count">Outputs wanted.</param>
    public void Prepare(int inputSize, long outputSize, long first, int count)
    {
        if (inputSize == _inputSize && outputSize == _outputSize && first == _first && count == Count)
            return;

        double scale = (double)inputSize / outputSize;
        double support = Math.Max(scale, 1);
        // A window spans 2 * support inputs, and both its ends may touch one more.
        int longest = (int)Math.Min(inputSize, Math.Ceiling(2 * support) + 2);
        Reserve(count, checked(longest * count));
        int offset = 0;
        InputStart = inputSize;
        InputEnd = 0;
        for (int i = 0; i < count; i++)
        {
            double centre = (first + i + 0.5) * scale;
            int start = (int)Math.Max(centre - support + 0.5, 0);
            int end = (int)Math.Min(centre + support + 0.5, inputSize);
            // The ends of a triangle weigh nothing when they fall on a pixel's centre.
            while (start < end - 1 && Triangle(start, centre, support) <= 0)
                start++;
            while (end > start + 1 && Triangle(end - 1, centre, support) <= 0)
                end--;
            double sum = 0;
            for (int j = start; j < end; j++)
                sum += Triangle(j, centre, support);
            _starts[i] = start;
            _offsets[i] = offset;
            for (int j = start; j < end; j++)
                _weights[offset++] = (float)(Triangle(j, centre, support) / sum);
            InputStart = Math.Min(InputStart, start);
            InputEnd = Math.Max(InputEnd, end);
        }

        _offsets[count] = offset;
        (_inputSize, _outputSize, _first, Count) = (inputSize, outputSize, first, count);
    }

    /// <summary>The weights of an output.</summary>
    /// <param name="output">0 for the first one wanted.</param>
    /// <param name="start">The input that the first weight is for.</param>
    public ReadOnlySpan<float> Taps(int output, out int start)
    {
        start = _starts[output];
        return _weights.AsSpan(_offsets[output].._offsets[output + 1]);
    }

    private static double Triangle(int input, double centre, double support) => 1 - Math.Abs(input + 0.5 - centre) / support;

    private void Reserve(int outputs, int weights)
    {
        if (_starts.Length < outputs)
        {
            _starts = new int[outputs];
            _offsets = new int[outputs + 1];
        }

        if (_weights.Length < weights)
            _weights = new float[weights];
    }
}
