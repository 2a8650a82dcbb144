namespace GradCam;

/// <summary>A network's description, as the generator wrote it.</summary>
public sealed class NetworkInfo
{
    /// <summary>The class's name.</summary>
    public required string Name { get; init; }

    /// <summary>The inputs, in the spec's order.</summary>
    public required IReadOnlyList<InputInfo> Inputs { get; init; }

    /// <summary>Where the outputs lie. The first is the one whose classes are explained: the logits, a 1x1 map of one channel a class, or a map of
    /// several pixels with a channel a class.</summary>
    public required IReadOnlyList<OutputInfo> Outputs { get; init; }

    /// <summary>The compiled layers, in the order of the attributes.</summary>
    public required IReadOnlyList<LayerInfo> Layers { get; init; }

    /// <summary>The weight tensors that the network reads.</summary>
    public required IReadOnlyList<WeightInfo> Weights { get; init; }

    /// <summary>Floats of workspace that a session needs.</summary>
    public required int WorkspaceLength { get; init; }

    /// <summary>How a photo becomes the input.</summary>
    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>Who says so.</summary>
    public PreprocessingOrigin PreprocessingOrigin { get; init; }

    /// <summary>The names of the classes; empty where the network came without.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>File name of the weights, for <c>Load()</c> without arguments and for messages; null where the network was declared without.</summary>
    public string? WeightFile { get; init; }

    /// <summary>SHA-256 of the weight file that the build saw, in lower-case hex; null where it saw none.</summary>
    public string? WeightFileSha256 { get; init; }

    /// <summary>Multiply-accumulates of a forward pass.</summary>
    public long MultiplyAccumulates { get; init; }

    /// <summary>Learnt parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Where the first input lies; its shape is the input's.</summary>
    public Tensor Input => Inputs[0].Tensor;

    /// <summary>The first output: the logits, or a map of them.</summary>
    public Tensor Logits => Outputs[0].Tensor;

    /// <summary>
    /// The index of the compiled layer that is an input; -1 where it was not compiled. Where the input lies another layer may lie, too, which took its place:
    /// an activation right behind it.
    /// </summary>
    /// <param name="input">The input, by index.</param>
    internal int IndexOfInputLayer(int input)
    {
        InputInfo info = Inputs[input];
        for (int i = 0; i < Layers.Count; i++)
        {
            // The only input is called so, too, whatever its name is.
            bool isNamed = Layers[i].Name == info.Name || (Inputs.Count == 1 && Layers[i].Name == "input");
            if (isNamed && Layers[i].Activation == info.Tensor)
                return i;
        }

        return -1;
    }

    /// <summary>The index of an output.</summary>
    /// <param name="name">Its name in the spec.</param>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    internal int IndexOfOutput(string name)
    {
        for (int i = 0; i < Outputs.Count; i++)
        {
            if (Outputs[i].Name == name)
                return i;
        }

        string expected = string.Join(" or ", Outputs.Select(output => $"'{output.Name}'"));
        throw new ArgumentException($"{Name} has no output '{name}'; expected {expected}.", nameof(name));
    }
}
