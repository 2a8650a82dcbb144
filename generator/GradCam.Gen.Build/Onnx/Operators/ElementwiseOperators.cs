namespace GradCam.Gen.Build.Onnx;

/// <summary>Sums and products: of maps, of a map and a vector for its channels, and of a map and a constant for each channel.</summary>
internal static class ElementwiseOperators
{
    public static void Add(Lowering lowering, OnnxNode node) => Binary(lowering, node, "add");

    public static void Mul(Lowering lowering, OnnxNode node) => Binary(lowering, node, "mul");

    public static void Sum(Lowering lowering, OnnxNode node) => lowering.Set(node, SumOf(lowering, node));

    public static void Mean(Lowering lowering, OnnxNode node) => lowering.Set(node, Scale(lowering, node, SumOf(lowering, node), 1f / node.Inputs.Count));

    public static void Sub(Lowering lowering, OnnxNode node)
    {
        if (lowering.IsConstant(node.Input(1)))
        {
            lowering.Set(node, WithConstant(lowering, node, lowering.View(node, 0), 1, "shift", value => -value));
            return;
        }
        TensorView negative = Scale(lowering, node, lowering.View(node, 1), -1);
        lowering.Set(node, lowering.IsConstant(node.Input(0))
            ? WithConstant(lowering, node, negative, 0, "shift", value => value)
            : Combine(lowering, node, "add", [lowering.View(node, 0), negative]));
    }

    public static void Div(Lowering lowering, OnnxNode node)
    {
        if (!lowering.IsConstant(node.Input(1)))
            throw new OnnxImportException("a quotient whose divisor is computed from the network's input is not supported");
        lowering.Set(node, WithConstant(lowering, node, lowering.View(node, 0), 1, "scale", value => 1 / value));
    }

    public static void Neg(Lowering lowering, OnnxNode node) => lowering.Set(node, Scale(lowering, node, lowering.View(node, 0), -1));

    public static void Pow(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        OnnxTensor exponent = lowering.Constant(node, 1, "exponent");
        float power = exponent.Count == 1 ? exponent.ToFloats()[0] : float.NaN;
        if (power is not (1 or 2 or 3))
            throw new OnnxImportException("powers other than 1, 2 and 3 are not supported");
        TensorView result = view;
        for (int i = 1; i < (int)power; i++)
            result = Combine(lowering, node, "mul", [result, view]);
        lowering.Set(node, result);
    }

    public static void Min(Lowering lowering, OnnxNode node) => Bound(lowering, node, upper: true);

    public static void Max(Lowering lowering, OnnxNode node) => Bound(lowering, node, upper: false);

    /// <summary>A product with one number; nothing for 1.</summary>
    public static TensorView Scale(Lowering lowering, OnnxNode node, TensorView view, float factor) =>
        factor == 1 ? view : Affine(lowering, node, view, "scale", [factor]);

    /// <summary>add or mul of several views, which must look at maps of one shape in the same way, or at vectors for the channels of those maps.</summary>
    public static TensorView Combine(Lowering lowering, OnnxNode node, string operation, IReadOnlyList<TensorView> views)
    {
        TensorView result = views[0];
        for (int i = 1; i < views.Count; i++)
            result = Combine(lowering, node, operation, result, views[i]);
        return result;
    }

    /// <summary>An operation with a factor or summand for each channel, or one for all.</summary>
    public static TensorView Affine(Lowering lowering, OnnxNode node, TensorView view, string operation, float[] values)
    {
        NetValue value = view.Value;
        if (values.Length == 1)
            values = Enumerable.Repeat(values[0], lowering.Budget.Take([value.Channels])).ToArray();
        NetStatement statement = lowering.Emit(node, operation, "", [value], new NetValue(value.Channels, value.Height, value.Width));
        statement.Weights.Add(Lowering.Weight("", [values.Length], OnnxTensor.FromFloats([values.Length], values)));
        return view.Of(statement.Output);
    }

    /// <summary>A constant as one number, or as one for each channel of the map that a view looks at.</summary>
    public static float[] ChannelValues(Lowering lowering, TensorView view, OnnxTensor constant)
    {
        float[] values = constant.ToFloats();
        if (constant.Shape.Length > view.Rank && constant.Shape.Take(constant.Shape.Length - view.Rank).Any(size => size != 1))
            throw Misfit();
        if (values.Length == 1)
            return values;
        int[] strides = Indexing.Strides(constant.Shape);
        var result = new float[lowering.Budget.Take([view.Value.Channels])];
        var positions = new int[result.Length];
        for (int d = 0; d < view.Rank; d++)
        {
            int at = d - view.Rank + constant.Shape.Length;
            if (at < 0 || constant.Shape[at] == 1)
                continue;
            IReadOnlyList<Factor> factors = view.Dimensions[d];
            if (constant.Shape[at] != TensorView.SizeOf(factors) || factors.Any(factor => factor.Axis != 'C'))
                throw Misfit();
            for (int channel = 0; channel < result.Length; channel++)
            {
                int index = 0;
                foreach (Factor factor in factors)
                    index = index * factor.Size + channel / factor.Stride % factor.Size;
                positions[channel] += index * strides[at];
            }
        }
        for (int channel = 0; channel < result.Length; channel++)
            result[channel] = values[positions[channel]];
        return result;

        OnnxImportException Misfit() =>
            new(
                $"a constant of shape {ShapeText.Format(constant.Shape)} for a tensor of shape {ShapeText.Format(view.Shape)}; supported are one number and " +
                $"one for each channel of a {view.Value} map");
    }

    private static TensorView SumOf(Lowering lowering, OnnxNode node)
    {
        if (node.Inputs.Count == 0)
            throw new OnnxImportException("has no inputs");
        TensorView? sum = null;
        foreach (int i in Enumerable.Range(0, node.Inputs.Count).Where(i => !lowering.IsConstant(node.Inputs[i])))
            sum = sum is null ? lowering.View(node, i) : Combine(lowering, node, "add", sum, lowering.View(node, i));
        foreach (int i in Enumerable.Range(0, node.Inputs.Count).Where(i => lowering.IsConstant(node.Inputs[i])))
            sum = WithConstant(lowering, node, sum!, i, "shift", value => value);
        return sum!;
    }

    private static void Binary(Lowering lowering, OnnxNode node, string operation)
    {
        string affine = operation == "add" ? "shift" : "scale";
        if (lowering.IsConstant(node.Input(1)))
            lowering.Set(node, WithConstant(lowering, node, lowering.View(node, 0), 1, affine, value => value));
        else if (lowering.IsConstant(node.Input(0)))
            lowering.Set(node, WithConstant(lowering, node, lowering.View(node, 1), 0, affine, value => value));
        else
            lowering.Set(node, Combine(lowering, node, operation, lowering.View(node, 0), lowering.View(node, 1)));
    }

    private static TensorView WithConstant(Lowering lowering, OnnxNode node, TensorView view, int index, string operation, Func<float, float> convert)
    {
        OnnxTensor constant = lowering.Constant(node, index, "operand");
        if (constant.Count == 0)
            throw new OnnxImportException("its constant operand is empty");
        // A constant for each element of a flattened map is one for each channel of the vector.
        if (constant.Count > 1 && view.Rank > 0 && !view.Value.IsVector && view.OnlyDimension() >= 0)
            view = lowering.Flattened(node, view) ?? view;
        float[] values = Array.ConvertAll(ChannelValues(lowering, view, constant), value => convert(value));
        while (view.Rank < constant.Shape.Length)
            view = view.Unsqueeze(0);
        float neutral = operation == "shift" ? 0 : 1;
        if (values.All(value => value == neutral))
            return view;
        TensorView result = Affine(lowering, node, view, operation, values);
        lowering.Program.Statements[lowering.Program.Statements.Count - 1].WeightName = ParameterName(node.Input(index));
        return result;
    }

    /// <summary>The name of a parameter in the file, unless the exporter made it up.</summary>
    private static string? ParameterName(string tensor) =>
        tensor.Length == 0 || tensor.IndexOfAny([':', '/']) >= 0 || tensor.All(char.IsDigit) || !tensor.Contains('.')
            ? null
            : Lowering.LayerName(tensor) ?? tensor;

    /// <summary>Of tensors: max(a, b) = b + relu(a - b) and min(a, b) = a - relu(a - b). Of a tensor and numbers: a clip.</summary>
    private static void Bound(Lowering lowering, OnnxNode node, bool upper)
    {
        TensorView? view = null;
        float? bound = null;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (!lowering.IsConstant(node.Inputs[i]))
            {
                TensorView other = lowering.View(node, i);
                if (view is null)
                {
                    view = other;
                    continue;
                }
                TensorView difference = Combine(lowering, node, "add", view, Scale(lowering, node, other, -1));
                TensorView excess = ActivationOperators.Apply(lowering, node, difference, "relu");
                view = upper ? Combine(lowering, node, "add", view, Scale(lowering, node, excess, -1)) : Combine(lowering, node, "add", other, excess);
                continue;
            }
            OnnxTensor constant = lowering.Constant(node, i, "bound");
            if (constant.Count != 1 || constant.Shape.Length > 1)
                throw new OnnxImportException($"a bound of shape {ShapeText.Format(constant.Shape)}; one number is supported");
            float value = constant.ToFloats()[0];
            bound = bound is null ? value : upper ? Math.Min(bound.Value, value) : Math.Max(bound.Value, value);
        }
        if (view is null)
            throw new OnnxImportException("has no input");
        lowering.Set(
            node, bound is null
                ? view
                : ActivationOperators.Clip(lowering, node, view, upper ? float.MinValue : bound.Value, upper ? bound.Value : float.MaxValue));
    }

    private static TensorView Combine(Lowering lowering, OnnxNode node, string operation, TensorView a, TensorView b)
    {
        while (a.Rank < b.Rank)
            a = a.Unsqueeze(0);
        while (b.Rank < a.Rank)
            b = b.Unsqueeze(0);
        if (Align(a, b) is null && lowering.Flattened(node, a) is TensorView flatA && lowering.Flattened(node, b) is TensorView flatB)
            (a, b) = (flatA, flatB);
        List<IReadOnlyList<Factor>> dimensions = Align(a, b)
            ?? throw new OnnxImportException(
                $"combines a {a.Value} map (as {ShapeText.Format(a.Shape)}) with a {b.Value} map (as {ShapeText.Format(b.Shape)}), which do not line up");
        NetValue x = a.Value, y = b.Value;
        if (x.Channels == 1 && y.Channels > 1)
            x = Spread(lowering, node, x, y.Channels);
        else if (y.Channels == 1 && x.Channels > 1)
            y = Spread(lowering, node, y, x.Channels);
        if (x.IsVector && !y.IsVector)
            (x, y) = (y, x);
        if (x.Channels != y.Channels || (!y.IsVector && (x.Height != y.Height || x.Width != y.Width)))
            throw new OnnxImportException($"combines a {x} map with a {y} map");
        NetValue result = lowering.Emit(node, operation, "", [x, y], new NetValue(x.Channels, x.Height, x.Width)).Output;
        return new TensorView(result, dimensions);
    }

    private static List<IReadOnlyList<Factor>>? Align(TensorView a, TensorView b)
    {
        var dimensions = new List<IReadOnlyList<Factor>>();
        for (int i = 0; i < a.Rank; i++)
        {
            IReadOnlyList<Factor> x = a.Dimensions[i], y = b.Dimensions[i];
            if (x.Count > 0 && y.Count > 0 && !x.SequenceEqual(y))
                return null;
            dimensions.Add(x.Count > 0 ? x : y);
        }
        // A factor may not turn up at two places: [1, C] and [C, 1] broadcast to a matrix.
        return dimensions.SelectMany(dimension => dimension).GroupBy(factor => factor.Axis)
            .All(axis => axis.Count() == 1 || axis.Select(factor => factor.Stride).Distinct().Count() == axis.Count())
            ? dimensions
            : null;
    }

    /// <summary>A map of one channel as one of many equal ones.</summary>
    private static NetValue Spread(Lowering lowering, OnnxNode node, NetValue value, int channels) =>
        ConvolutionOperators.Mix(lowering, node, value, channels, matrix =>
        {
            for (int i = 0; i < matrix.Length; i++)
                matrix[i] = 1;
        });
}
