namespace GradCam.Explain.Inputs.Gates;

/// <summary>
/// DeepLIFT's rescale rule: what takes the place of a derivative is how far the output moved from the baseline's, divided by how far the input did. Of a
/// product each factor has the mean of the other's two values; a max pool's move goes to the input's or the baseline's maximum, whichever is larger.
/// Normalisations and softmaxes have their derivative.
/// </summary>
internal sealed class DeepLiftRule : IGateRule
{
    /// <summary>Of moves smaller than this share of the values a quotient is mostly rounding, and the derivative is taken.</summary>
    private const float SmallestMove = 3e-4f;
    private const float SmallestDifference = 1e-10f;

    /// <summary>
    /// A baseline of one colour gives a window of equal values, and rounding would say which is its maximum: of those that differ by this share, the first is.
    /// </summary>
    private const float Rounding = 1e-5f;

    /// <summary>By the tensor from which the derivative is computed: the baseline's values, then their quotients. NaN stands for the derivative.</summary>
    private readonly Dictionary<(Tensor Saved, Activation Activation), Record> _activations = [];
    private readonly Dictionary<Tensor, Record> _operands = [];
    private float[] _gradient = [];
    private float[] _other = [];
    private float[] _result = [];

    /// <summary>Whether the forward pass is the baseline's.</summary>
    public bool IsAtBaseline { get; set; }

    /// <inheritdoc/>
    public bool WatchesActivations => true;

    /// <inheritdoc/>
    public void Activate<TBackend>(ref TBackend backend, in Activation activation, in Tensor input, in Tensor output)
        where TBackend : struct, IBackend
    {
        Record record = RecordOf(_activations, (activation.GradientFromOutput ? output : input, activation), output.Length);
        Span<float> before = Read(ref backend, input, ref _gradient);
        backend.Activate(activation, input, output);
        Note(record, before, Read(ref backend, output, ref _other));
    }

    /// <inheritdoc/>
    public void Watch<TBackend>(ref TBackend backend, in Tensor operand)
        where TBackend : struct, IBackend
    {
        if (IsAtBaseline)
            backend.Read(operand, RecordOf(_operands, operand, operand.Length).First);
    }

    /// <inheritdoc/>
    public void WatchParametricRelu<TBackend>(ref TBackend backend, in Tensor input, in Tensor output)
        where TBackend : struct, IBackend
    {
        Record record = RecordOf(_activations, (input, default), output.Length);
        Note(record, Read(ref backend, input, ref _gradient), Read(ref backend, output, ref _other));
    }

    /// <inheritdoc/>
    public Gate Fused(in Gate gate) => default;

    /// <inheritdoc/>
    public void Pass<TBackend>(ref TBackend backend, in Gate gate, in Tensor gradient)
        where TBackend : struct, IBackend
    {
        if (gate.Activation.Kind != ActivationKind.None)
            ActivationBackward(ref backend, gate.Activation, gate.Output, gradient, gradient, accumulate: false);
    }

    /// <inheritdoc/>
    public void ActivationBackward<TBackend>(
        ref TBackend backend, in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend
    {
        (Record record, int channels, int first) = Find(_activations, saved, activation);
        Span<float> gradient = Read(ref backend, outputGradient, ref _gradient);
        Span<float> sum = Result(inputGradient, accumulate, ref backend);
        if (Rescale(record, channels, first, saved.Channels, gradient, sum))
        {
            // Where the move is too small to divide by, the derivative.
            backend.ActivationBackward(activation, saved, outputGradient, inputGradient, accumulate: false);
            Span<float> ordinary = Read(ref backend, inputGradient, ref _other);
            AddWhereOpen(record, channels, first, saved.Channels, ordinary, sum);
        }

        backend.Write(sum, TensorLayout.Hwc, inputGradient);
    }

    /// <inheritdoc/>
    public bool ParametricReluBackward<TBackend>(
        ref TBackend backend, in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend
    {
        (Record record, int channels, int first) = Find(_activations, input, default);
        Span<float> gradient = Read(ref backend, outputGradient, ref _gradient);
        Span<float> sum = Result(inputGradient, accumulate, ref backend);
        if (Rescale(record, channels, first, input.Channels, gradient, sum))
        {
            backend.ParametricReluBackward(op, input, outputGradient, inputGradient, accumulate: false);
            AddWhereOpen(record, channels, first, input.Channels, Read(ref backend, inputGradient, ref _other), sum);
        }

        backend.Write(sum, TensorLayout.Hwc, inputGradient);
        return true;
    }

    /// <inheritdoc/>
    public bool MultiplyBackward<TBackend>(ref TBackend backend, in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend
    {
        (Record record, int channels, int first) = Find(_operands, other);
        Span<float> values = Read(ref backend, other, ref _other);
        Span<float> gradient = Read(ref backend, outputGradient, ref _gradient);
        Span<float> sum = Result(inputGradient, accumulate, ref backend);
        int count = outputGradient.Channels;
        for (int i = 0; i < gradient.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, count);
            int factor = other.Pixels == 1 ? 0 : pixel;
            float mean = (values[factor * count + channel] + record.First[factor * channels + first + channel]) / 2;
            sum[inputGradient.Pixels == 1 ? channel : i] += gradient[i] * mean;
        }

        backend.Write(sum, TensorLayout.Hwc, inputGradient);
        return true;
    }

    /// <inheritdoc/>
    public bool MaxPoolBackward<TBackend>(
        ref TBackend backend, Window? window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend
    {
        (Record record, int channels, int first) = Find(_operands, input);
        Span<float> values = Read(ref backend, input, ref _other);
        Span<float> gradient = Read(ref backend, outputGradient, ref _gradient);
        Span<float> sum = Result(inputGradient, accumulate, ref backend);
        for (int y = 0; y < outputGradient.Height; y++)
        {
            (int top, int bottom, int down) = Taps(
                y, window?.Kernel.Height, window?.Stride.Height, window?.Pad.Top, window?.Dilation.Height, input.Height, outputGradient.Height);
            for (int x = 0; x < outputGradient.Width; x++)
            {
                (int left, int right, int across) = Taps(
                    x, window?.Kernel.Width, window?.Stride.Width, window?.Pad.Left, window?.Dilation.Width, input.Width, outputGradient.Width);
                for (int c = 0; c < input.Channels; c++)
                {
                    (int largest, int largestOfBaseline, float maximumOfBaseline) = (-1, -1, float.NegativeInfinity);
                    for (int row = top; row < bottom; row += down)
                    {
                        for (int column = left; column < right; column += across)
                        {
                            int pixel = row * input.Width + column;
                            if (largest < 0 || values[pixel * input.Channels + c] > values[largest * input.Channels + c])
                                largest = pixel;
                            float baseline = record.First[pixel * channels + first + c];
                            maximumOfBaseline = MathF.Max(maximumOfBaseline, baseline);
                            if (largestOfBaseline < 0
                                || baseline > record.First[largestOfBaseline * channels + first + c] + Rounding * MathF.Abs(baseline))
                                largestOfBaseline = pixel;
                        }
                    }

                    // A window that lies in the padding.
                    if (largest < 0)
                        continue;
                    float move = values[largest * input.Channels + c] - maximumOfBaseline;
                    int to = move >= 0 ? largest : largestOfBaseline;
                    float own = values[to * input.Channels + c] - record.First[to * channels + first + c];
                    float share = MathF.Abs(own) < SmallestDifference ? 1 : move / own;
                    sum[to * input.Channels + c] += gradient[(y * outputGradient.Width + x) * input.Channels + c] * share;
                }
            }
        }

        backend.Write(sum, TensorLayout.Hwc, inputGradient);
        return true;
    }

    /// <summary>The taps of a window or bin that lie on the map.</summary>
    private static (int First, int End, int Step) Taps(int position, int? kernel, int? stride, int? pad, int? dilation, int size, int outputs)
    {
        if (kernel is not { } taps)
            return ((int)((long)position * size / outputs), (int)(((position + 1L) * size + outputs - 1) / outputs), 1);
        int step = dilation!.Value;
        int first = position * stride!.Value - pad!.Value;
        int end = Math.Min(first + (taps - 1) * step + 1, size);
        while (first < 0)
            first += step;
        return (first, end, step);
    }

    private static Span<float> Read<TBackend>(ref TBackend backend, in Tensor tensor, ref float[] buffer)
        where TBackend : struct, IBackend
    {
        if (buffer.Length < tensor.Length)
            buffer = new float[tensor.Length];
        Span<float> values = buffer.AsSpan(0, tensor.Length);
        backend.Read(tensor, values);
        return values;
    }

    private static Record RecordOf<TKey>(Dictionary<TKey, Record> records, TKey key, int length)
        where TKey : notnull
    {
        if (!records.TryGetValue(key, out Record? record))
            records.Add(key, record = new Record(new float[length], new float[length]));
        return record;
    }

    /// <summary>A tensor's record, or that of which it is some channels; with its channels and the first of these.</summary>
    private static (Record Record, int Channels, int First) Find(
        Dictionary<(Tensor Saved, Activation Activation), Record> records, in Tensor saved, Activation activation)
    {
        if (records.TryGetValue((saved, activation), out Record? record))
            return (record, saved.Channels, 0);
        foreach (((Tensor whole, Activation other), Record found) in records)
        {
            if (other == activation && Holds(whole, saved))
                return (found, whole.Channels, saved.Offset - whole.Offset);
        }

        throw NotSeen(saved);
    }

    private static (Record Record, int Channels, int First) Find(Dictionary<Tensor, Record> records, in Tensor operand)
    {
        if (records.TryGetValue(operand, out Record? record))
            return (record, operand.Channels, 0);
        foreach ((Tensor whole, Record found) in records)
        {
            if (Holds(whole, operand))
                return (found, whole.Channels, operand.Offset - whole.Offset);
        }

        throw NotSeen(operand);
    }

    private static bool Holds(in Tensor whole, in Tensor part) =>
        (whole.Height, whole.Width, whole.PixelStride, whole.RowStride) == (part.Height, part.Width, part.PixelStride, part.RowStride)
        && part.Offset >= whole.Offset && part.Offset + part.Channels <= whole.Offset + whole.Channels;

    private static InvalidOperationException NotSeen(in Tensor tensor) => new($"No forward pass wrote {tensor}, from which a gradient is computed.");

    /// <summary>Adds what the quotients make of a gradient.</summary>
    /// <returns>Whether there are elements that take the derivative; they are left out.</returns>
    private static bool Rescale(Record record, int channels, int first, int count, ReadOnlySpan<float> gradient, Span<float> sum)
    {
        bool open = false;
        for (int i = 0; i < gradient.Length; i++)
        {
            float quotient = record.First[i / count * channels + first + i % count];
            if (float.IsNaN(quotient))
                open = true;
            else
                sum[i] += gradient[i] * quotient;
        }

        return open;
    }

    private static void AddWhereOpen(Record record, int channels, int first, int count, ReadOnlySpan<float> ordinary, Span<float> sum)
    {
        for (int i = 0; i < ordinary.Length; i++)
        {
            if (float.IsNaN(record.First[i / count * channels + first + i % count]))
                sum[i] += ordinary[i];
        }
    }

    private void Note(Record record, ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        if (IsAtBaseline)
        {
            before.CopyTo(record.First);
            after.CopyTo(record.Second);
            return;
        }

        for (int i = 0; i < before.Length; i++)
        {
            float move = before[i] - record.First[i];
            float inputs = MathF.Max(MathF.Abs(before[i]), MathF.Abs(record.First[i]));
            float outputs = MathF.Max(MathF.Abs(after[i]), MathF.Abs(record.Second[i]));
            float smallest = MathF.Max(SmallestDifference, SmallestMove * MathF.Max(inputs, outputs));
            record.First[i] = MathF.Abs(move) < smallest ? float.NaN : (after[i] - record.Second[i]) / move;
        }
    }

    /// <summary>What an input's gradient is added to: what is there, or zeros.</summary>
    private Span<float> Result<TBackend>(in Tensor inputGradient, bool accumulate, ref TBackend backend)
        where TBackend : struct, IBackend
    {
        Span<float> sum = Read(ref backend, inputGradient, ref _result);
        if (!accumulate)
            sum.Clear();
        return sum;
    }

    /// <summary>Of an activation: the baseline's values before and after it, then in place of the first the quotients. Of an operand: the baseline's
    /// values.</summary>
    private sealed record Record(float[] First, float[] Second);
}
