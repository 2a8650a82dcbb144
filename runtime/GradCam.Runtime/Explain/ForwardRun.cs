using GradCam.Explain.Maps;
using GradCam.Images;
using GradCam.Numerics;

namespace GradCam.Explain;

/// <summary>One sample of a session: its inputs, copies of its outputs after a forward pass, and whether there are any.</summary>
internal sealed class ForwardRun
{
    private readonly Executor _executor;
    private readonly int _sample;
    private readonly ImagePreprocessor?[] _preprocessors;
    private readonly bool[] _isSet;
    private readonly float[][] _outputs;
    private readonly KeptInput[] _inputs;
    private readonly PhotoRegion[] _regions;
    private bool _hasResult;

    /// <summary>Whether the outputs are a device's still.</summary>
    private bool _isOnDevice;

    /// <param name="executor">The workspace.</param>
    /// <param name="sample">The sample.</param>
    public ForwardRun(Executor executor, int sample)
    {
        (_executor, _sample) = (executor, sample);
        NetworkInfo info = executor.Info;
        _preprocessors = new ImagePreprocessor?[info.Inputs.Count];
        _isSet = new bool[info.Inputs.Count];
        _inputs = new KeptInput[info.Inputs.Count];
        _regions = new PhotoRegion[info.Inputs.Count];
        _outputs = new float[info.Outputs.Count][];
        for (int i = 0; i < _outputs.Length; i++)
            _outputs[i] = new float[info.Outputs[i].Tensor.Length];
        // A statement that cannot be followed is told when the session is made.
        if (sample == 0)
            Preprocessor(0);
    }

    /// <summary>What is computed of the pass, and how.</summary>
    public Arithmetic Arithmetic => _executor.Arithmetic;

    /// <summary>The sample's number.</summary>
    public int Sample => _sample;

    /// <summary>The part of the last photo that the network saw; of several inputs the first one's.</summary>
    public PhotoRegion Region => RegionOf(0);

    /// <summary>Whether all inputs are set, for a forward pass.</summary>
    public bool IsReady => !_isSet.Contains(false);

    /// <summary>Whether some inputs are set.</summary>
    public bool HasInput => _isSet.Contains(true);

    private NetworkInfo Info => _executor.Info;

    /// <summary>Forgets the last pass.</summary>
    public void Forget() => (_hasResult, _isOnDevice) = (false, false);

    /// <summary>Forgets the inputs that were set for a pass that did not come.</summary>
    public void ForgetInputs() => Array.Clear(_isSet);

    /// <summary>Sets an input from a photo.</summary>
    public void Set(int input, in ImageView image)
    {
        Tensor tensor = Input(input);
        if (_executor is IImageExecutor device)
        {
            _inputs[input].Discard();
            Note(input, device.WriteImage(_sample, tensor, Preprocessor(input), image));
            return;
        }

        Span<float> values = _inputs[input].Reserve(tensor.Length);
        PhotoRegion region = Preprocessor(input).Apply(image, values);
        Set(input, values, TensorLayout.Hwc, region);
    }

    /// <summary>Sets an input that is prepared.</summary>
    public void Set(int input, ReadOnlySpan<float> tensor, TensorLayout layout)
    {
        Tensor shape = Check(input, tensor, layout);
        _inputs[input].Keep(tensor, layout);
        Set(input, tensor, layout, PhotoRegion.Whole(shape.Width, shape.Height));
    }

    /// <summary>Makes a photo the first input, packed [height, width, channels], without setting it.</summary>
    public PhotoRegion Prepare(in ImageView image, Span<float> packed) => Preprocessor(0).Apply(image, packed);

    /// <summary>Packs a prepared input [height, width, channels], without setting it.</summary>
    public PhotoRegion Prepare(int input, ReadOnlySpan<float> tensor, TensorLayout layout, Span<float> packed)
    {
        Tensor shape = Check(input, tensor, layout);
        if (layout == TensorLayout.Hwc)
        {
            tensor.CopyTo(packed);
        }
        else
        {
            for (int c = 0; c < shape.Channels; c++)
            {
                for (int p = 0; p < shape.Pixels; p++)
                    packed[p * shape.Channels + c] = tensor[c * shape.Pixels + p];
            }
        }

        return PhotoRegion.Whole(shape.Width, shape.Height);
    }

    /// <summary>Sets an input, packed, which stands for a part of a photo.</summary>
    public void Set(int input, ReadOnlySpan<float> packed, PhotoRegion region)
    {
        _inputs[input].Keep(packed, TensorLayout.Hwc);
        Set(input, packed, TensorLayout.Hwc, region);
    }

    /// <summary>The part of a photo that an input was in the last pass.</summary>
    public PhotoRegion RegionOf(int input)
    {
        RequireInput(input);
        return _regions[input];
    }

    /// <summary>There is such an input, of a pass that ran.</summary>
    public void RequireInput(int input)
    {
        RequireResult();
        _ = Input(input);
    }

    /// <summary>Names the inputs that are not set.</summary>
    public string Missing() => string.Join(", ", Info.Inputs.Where((_, i) => !_isSet[i]).Select(input => $"'{input.Name}'"));

    /// <summary>Ends a pass.</summary>
    public void End()
    {
        ReadOutputs();
        ForgetInputs();
    }

    /// <summary>Ends a pass of which a device keeps the outputs: they are copied when somebody asks for them.</summary>
    public void EndOnDevice()
    {
        (_hasResult, _isOnDevice) = (true, true);
        ForgetInputs();
    }

    /// <summary>Takes the outputs of a pass over: now, since a backward slice may use their memory.</summary>
    public void ReadOutputs()
    {
        for (int i = 0; i < _outputs.Length; i++)
            _executor.Read(Info.Outputs[i].Tensor, _outputs[i], _sample);
        (_hasResult, _isOnDevice) = (true, false);
    }

    /// <summary>Copies all outputs, one behind the other.</summary>
    public void CopyOutputs(Span<float> destination)
    {
        foreach (float[] output in Outputs())
        {
            output.CopyTo(destination);
            destination = destination[output.Length..];
        }
    }

    /// <summary>Takes outputs of another pass, as <see cref="CopyOutputs"/> leaves them.</summary>
    public void SetOutputs(ReadOnlySpan<float> outputs)
    {
        foreach (float[] output in _outputs)
        {
            outputs[..output.Length].CopyTo(output);
            outputs = outputs[output.Length..];
        }

        (_hasResult, _isOnDevice) = (true, false);
    }

    /// <summary>An input of the last pass, packed [height, width, channels].</summary>
    public ReadOnlySpan<float> GetInput(int input)
    {
        RequireResult();
        Tensor tensor = Info.Inputs[input].Tensor;
        if (_inputs[input].IsElsewhere)
            ((IImageExecutor)_executor).ReadInput(_sample, tensor, _inputs[input].Reserve(tensor.Length));
        return _inputs[input].Pack(tensor);
    }

    /// <summary>An output of the last pass.</summary>
    public FeatureMaps Output(int index)
    {
        RequireResult();
        if ((uint)index >= (uint)_outputs.Length)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"{Info.Name} has {_outputs.Length} output(s).");
        return new FeatureMaps(Outputs()[index], Info.Outputs[index].Tensor);
    }

    public void RequireResult()
    {
        if (_hasResult)
            return;
        string which = _executor.Batch == 1 ? "" : $" for sample {_sample}";
        throw new InvalidOperationException($"There is no result yet{which}: call Forward (or GradCam with an image) on this session of {Info.Name} first.");
    }

    private float[][] Outputs()
    {
        if (_isOnDevice)
        {
            for (int i = 0; i < _outputs.Length; i++)
                ((IResultExecutor)_executor).ReadOutput(_sample, i, _outputs[i]);
            _isOnDevice = false;
        }

        return _outputs;
    }

    private void Set(int input, ReadOnlySpan<float> tensor, TensorLayout layout, PhotoRegion region)
    {
        _executor.WriteInput(input, tensor, layout, _sample);
        Note(input, region);
    }

    private void Note(int input, PhotoRegion region)
    {
        _regions[input] = region;
        _isSet[input] = true;
    }

    private Tensor Check(int input, ReadOnlySpan<float> tensor, TensorLayout layout)
    {
        Tensor shape = Input(input);
        if (tensor.Length != shape.Length)
        {
            string which = Info.Inputs.Count == 1 ? "input" : $"input '{Info.Inputs[input].Name}'";
            throw new ArgumentException(
                $"{Info.Name}'s {which} is {shape.Channels}x{shape.Height}x{shape.Width}, {shape.Length} floats; the tensor has {tensor.Length}.",
                nameof(tensor));
        }

        if (layout is not (TensorLayout.Hwc or TensorLayout.Chw))
            throw new ArgumentOutOfRangeException(nameof(layout), layout, "Expected Chw or Hwc.");
        return shape;
    }

    private Tensor Input(int input)
    {
        if ((uint)input >= (uint)Info.Inputs.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(input), input, $"{Info.Name} has {Info.Inputs.Count} input(s): {string.Join(", ", Info.Inputs.Select(one => one.Name))}.");
        }

        return Info.Inputs[input].Tensor;
    }

    private ImagePreprocessor Preprocessor(int input) => _preprocessors[input] ??= new ImagePreprocessor(Info, input) { Arithmetic = _executor.Arithmetic };
}
