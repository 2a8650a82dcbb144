namespace GradCam.Gen.Build.Onnx;

/// <summary>Batch, layer, group, instance and local response normalisation.</summary>
internal static class NormalizationOperators
{
    public static void BatchNormalization(Lowering lowering, OnnxNode node)
    {
        if (node.Int("training_mode", 0) != 0)
            throw new OnnxImportException("it is in training mode; export the network for inference (in PyTorch: model.eval())");
        lowering.NoFurtherOutputs(node);
        TensorView view = lowering.View(node, 0);
        if (view.Rank > 1 && !view.SameFactors(1, TensorView.Whole(view.Value, 'C')))
            view = lowering.Flattened(node, view) ?? view;
        if (view.Rank < 2 || !view.SameFactors(1, TensorView.Whole(view.Value, 'C')))
            throw new OnnxImportException($"a tensor of shape {ShapeText.Format(view.Shape)}, whose dimension 1 is not the channels of a {view.Value} map");
        if (node.Int("spatial", 1) == 0 && !view.Value.IsVector)
            throw new OnnxImportException("statistics for each pixel (spatial = 0) are not supported");
        int channels = view.Value.Channels;
        string[] names = ["scale", "bias", "mean", "variance"];
        string[] suffixes = [".weight", ".bias", ".running_mean", ".running_var"];
        var weights = new List<NetWeight>();
        for (int i = 0; i < 4; i++)
        {
            OnnxTensor tensor = lowering.Constant(node, i + 1, names[i]);
            if (tensor.Count != channels)
                throw new OnnxImportException($"its {names[i]} has shape {ShapeText.Format(tensor.Shape)} for {channels} channels");
            weights.Add(Lowering.Weight(suffixes[i], [channels], tensor));
        }
        float epsilon = node.Float("epsilon", 1e-5f);
        NetStatement statement = lowering.Emit(node, "batchnorm", Epsilon(epsilon), [view.Value], Same(view.Value));
        statement.Weights.AddRange(weights);
        statement.WeightName = Lowering.LayerName(node.Input(1), node.Input(2));
        lowering.Set(node, view.Of(statement.Output));
    }

    public static void LayerNormalization(Lowering lowering, OnnxNode node)
    {
        lowering.NoFurtherOutputs(node);
        TensorView view = lowering.View(node, 0);
        int axis = Indexing.Axis(node.Int("axis", -1), view.Rank);
        view = OverChannels(lowering, node, view, Enumerable.Range(axis, view.Rank - axis).ToArray());
        int channels = view.Value.Channels;
        OnnxTensor weight = lowering.Constant(node, 1, "scale");
        OnnxTensor? bias = lowering.OptionalConstant(node, 2, "bias");
        if (weight.Count != channels || (bias is not null && bias.Count != channels))
            throw new OnnxImportException($"a scale of shape {ShapeText.Format(weight.Shape)} for {channels} channels");
        NetStatement statement = lowering.Emit(node, "layernorm", Epsilon(node.Float("epsilon", 1e-5f)), [view.Value], Same(view.Value));
        statement.Weights.Add(Lowering.Weight(".weight", [channels], weight));
        statement.Weights.Add(Lowering.Weight(".bias", [channels], bias ?? OnnxTensor.FromFloats([channels], new float[channels])));
        statement.WeightName = Lowering.LayerName(node.Input(1), node.Input(2));
        lowering.Set(node, view.Of(statement.Output));
    }

    /// <summary>What <see cref="RecogniseLayerNorm"/> found.</summary>
    public static void RecognisedLayerNorm(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        view = OverChannels(lowering, node, view, Indexing.Axes(node.Ints("axes")!.Select(axis => (long)axis), view.Rank));
        string epsilon = Epsilon(node.Float("epsilon", 0));
        NetStatement statement = lowering.Emit(node, "layernorm", (epsilon + " affine off").Trim(), [view.Value], Same(view.Value));
        lowering.Set(node, view.Of(statement.Output));
    }

    public static void GroupNormalization(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        if (view.Rank < 2 || !view.SameFactors(1, TensorView.Whole(view.Value, 'C')))
            throw new OnnxImportException($"a tensor of shape {ShapeText.Format(view.Shape)}, whose dimension 1 is not the channels of a {view.Value} map");
        int groups = node.Int("num_groups", 0);
        if (groups < 1 || view.Value.Channels % groups != 0)
            throw new OnnxImportException($"num_groups is {groups} for {view.Value.Channels} channels");
        GroupNorm(lowering, node, view, groups);
    }

    /// <summary>Of a map, or of a map seen as [1, groups, …], which is how group normalisation is written before opset 18.</summary>
    public static void InstanceNormalization(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        int channels = view.Value.Channels;
        int groups = view.Rank < 2 ? 0 : TensorView.SizeOf(view.Dimensions[1]);
        bool isGroups = groups == 1 || (groups > 1 && view.SameFactors(1, [new Factor('C', channels / groups, groups)]));
        if (!isGroups || view.Dimensions[0].Count > 0)
        {
            throw new OnnxImportException(
                $"a tensor of shape {ShapeText.Format(view.Shape)}, whose dimension 1 is no division of the channels of a {view.Value} map");
        }

        GroupNorm(lowering, node, view, groups);
    }

    private static void GroupNorm(Lowering lowering, OnnxNode node, TensorView view, int groups)
    {
        lowering.NoFurtherOutputs(node);
        int channels = view.Value.Channels;
        float[] scale = PerChannel("scale", 1), bias = PerChannel("bias", 2);
        bool isPlain = scale.All(value => value == 1) && bias.All(value => value == 0);
        string[] arguments = [groups == channels ? "" : NumberText.Format(groups), Epsilon(node.Float("epsilon", 1e-5f)), isPlain ? "affine off" : ""];
        string text = string.Join(" ", arguments.Where(argument => argument.Length > 0));
        NetStatement statement = lowering.Emit(node, groups == channels ? "instancenorm" : "groupnorm", text, [view.Value], Same(view.Value));
        if (!isPlain)
        {
            statement.Weights.Add(Lowering.Weight(".weight", [channels], OnnxTensor.FromFloats([channels], scale)));
            statement.Weights.Add(Lowering.Weight(".bias", [channels], OnnxTensor.FromFloats([channels], bias)));
            statement.WeightName = Lowering.LayerName(node.Input(1), node.Input(2));
        }

        lowering.Set(node, view.Of(statement.Output));

        // Opset 18 has a value a group, opset 21 one a channel; an instance normalisation of groups has one a group.
        float[] PerChannel(string name, int index)
        {
            OnnxTensor tensor = lowering.Constant(node, index, name);
            if (tensor.Count != channels && tensor.Count != groups)
                throw new OnnxImportException($"its {name} has shape {ShapeText.Format(tensor.Shape)} for {groups} groups of {channels} channels");
            float[] values = tensor.ToFloats();
            return [.. Enumerable.Range(0, channels).Select(c => values[(int)((long)c * values.Length / channels)])];
        }
    }

    public static void LocalResponseNorm(Lowering lowering, OnnxNode node)
    {
        NetValue input = lowering.Map(node, 0);
        int size = node.Int("size", 0);
        // Of an even number ONNX and PyTorch, whose language this is, take the odd channel on different sides.
        if (size < 1 || size % 2 == 0)
            throw new OnnxImportException($"a neighbourhood of {size} channels; an odd number is supported");
        string arguments = NumberText.Format(size)
            + $" alpha {NumberText.Format(node.Float("alpha", 1e-4f))} beta {NumberText.Format(node.Float("beta", 0.75f))}"
            + $" k {NumberText.Format(node.Float("bias", 1))}";
        lowering.Set(node, TensorView.Map(lowering.Emit(node, "lrn", arguments, input, Same(input))));
    }

    /// <summary>The text of an epsilon that is not the language's default.</summary>
    public static string Epsilon(float epsilon) => epsilon == 1e-5f ? "" : "eps " + NumberText.Format(epsilon);

    private static NetValue Same(NetValue value) => new(value.Channels, value.Height, value.Width);

    private static TensorView OverChannels(Lowering lowering, OnnxNode node, TensorView view, int[] axes)
    {
        bool Whole(TensorView candidate) =>
            axes.OrderBy(axis => axis).SelectMany(axis => candidate.Dimensions[axis]).SequenceEqual(TensorView.Whole(candidate.Value, 'C'));
        if (Whole(view))
            return view;
        if (axes.Length == 1 && view.OnlyDimension() == axes[0] && lowering.Flattened(node, view) is TensorView flat && Whole(flat))
            return flat;
        throw new OnnxImportException(
            $"normalises a tensor of shape {ShapeText.Format(view.Shape)} over axes {ShapeText.Format(axes)}; supported are the channels of a map");
    }
}
