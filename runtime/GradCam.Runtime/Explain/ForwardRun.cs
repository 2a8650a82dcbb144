using GradCam.Images;

namespace GradCam.Explain;

/// <summary>A session's forward passes: inputs in, copies of the outputs, and whether there are any.</summary>
internal sealed class ForwardRun
{
    private readonly Executor _executor;
    private readonly ImagePreprocessor _preprocessor;
    private readonly float[] _input;
    private readonly float[][] _outputs;
    private PhotoRegion _region;
    private bool _hasResult;

    public ForwardRun(Executor executor)
    {
        _executor = executor;
        NetworkInfo info = executor.Info;
        _preprocessor = new ImagePreprocessor(info);
        _input = new float[info.Input.Length];
        _outputs = new float[info.Outputs.Count][];
        for (int i = 0; i < _outputs.Length; i++)
            _outputs[i] = new float[info.Outputs[i].Tensor.Length];
    }

    /// <summary>The part of the last photo that the network saw.</summary>
    public PhotoRegion Region
    {
        get
        {
            RequireResult();
            return _region;
        }
    }

    private NetworkInfo Info => _executor.Info;

    /// <summary>Forgets the last pass.</summary>
    public void Forget() => _hasResult = false;

    public void Run(in ImageView image)
    {
        PhotoRegion region = Prepare(image, _input);
        Run(_input, TensorLayout.Hwc, region);
    }

    /// <summary>Makes a photo an input, packed [height, width, channels].</summary>
    public PhotoRegion Prepare(in ImageView image, Span<float> input) => _preprocessor.Apply(image, input);

    /// <summary>Packs a prepared input [height, width, channels].</summary>
    public PhotoRegion Prepare(ReadOnlySpan<float> tensor, TensorLayout layout, Span<float> input)
    {
        PhotoRegion region = Check(tensor, layout);
        if (layout == TensorLayout.Hwc)
        {
            tensor.CopyTo(input);
            return region;
        }

        (int channels, int pixels) = (Info.Input.Channels, Info.Input.Pixels);
        for (int c = 0; c < channels; c++)
        {
            for (int p = 0; p < pixels; p++)
                input[p * channels + c] = tensor[c * pixels + p];
        }

        return region;
    }

    public void Run(ReadOnlySpan<float> tensor, TensorLayout layout) => Run(tensor, layout, Check(tensor, layout));

    /// <summary>Runs on a prepared input that stands for a part of a photo.</summary>
    public void Run(ReadOnlySpan<float> input, TensorLayout layout, PhotoRegion region)
    {
        _executor.Forward(input, layout);
        // Read now: a backward slice may use the outputs' memory.
        for (int i = 0; i < _outputs.Length; i++)
            _executor.Read(Info.Outputs[i].Tensor, _outputs[i]);
        _region = region;
        _hasResult = true;
    }

    /// <summary>An output of the last pass.</summary>
    public FeatureMaps Output(int index)
    {
        RequireResult();
        if ((uint)index >= (uint)_outputs.Length)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"{Info.Name} has {_outputs.Length} output(s).");
        return new FeatureMaps(_outputs[index], Info.Outputs[index].Tensor);
    }

    public void RequireResult()
    {
        if (!_hasResult)
            throw new InvalidOperationException($"There is no result yet: call Forward (or GradCam with an image) on this session of {Info.Name} first.");
    }

    private PhotoRegion Check(ReadOnlySpan<float> tensor, TensorLayout layout)
    {
        Tensor input = Info.Input;
        if (tensor.Length != input.Length)
        {
            throw new ArgumentException(
                $"{Info.Name}'s input is {input.Channels}x{input.Height}x{input.Width}, {input.Length} floats; the tensor has {tensor.Length}.",
                nameof(tensor));
        }

        if (layout is not (TensorLayout.Hwc or TensorLayout.Chw))
            throw new ArgumentOutOfRangeException(nameof(layout), layout, "Expected Chw or Hwc.");
        return PhotoRegion.Whole(input.Width, input.Height);
    }
}
