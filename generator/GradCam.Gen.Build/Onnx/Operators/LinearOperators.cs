namespace GradCam.Gen.Build.Onnx;

/// <summary>Gemm and MatMul with a constant matrix: a linear layer over the last dimension.</summary>
internal static class LinearOperators
{
    public static void Gemm(Lowering lowering, OnnxNode node) => lowering.Set(node, Multiply(lowering, node));

    /// <summary>Emits a Gemm's linear layer.</summary>
    public static TensorView Multiply(Lowering lowering, OnnxNode node)
    {
        if (node.Int("transA", 0) != 0)
            throw new OnnxImportException("a transposed first matrix is not supported");
        OnnxTensor matrix = Matrix(lowering, node);
        float alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        bool transposed = node.Int("transB", 0) != 0;
        int outputs = matrix.Shape[transposed ? 0 : 1];
        string summand = node.Input(2);
        OnnxTensor? bias = summand.Length > 0 && lowering.IsConstant(summand) && beta != 0
            ? Bias(lowering, lowering.Constant(node, 2, "bias"), outputs, beta)
            : null;
        TensorView result = Linear(lowering, node, lowering.View(node, 0), matrix, transposed, alpha, bias, Lowering.LayerName(node.Input(1), summand));
        if (summand.Length == 0 || bias is not null || beta == 0)
            return result;
        TensorView other = lowering.View(node, 2);
        if (beta != 1)
            other = ElementwiseOperators.Scale(lowering, node, other, beta);
        return ElementwiseOperators.Combine(lowering, node, "add", [result, other]);
    }

    public static void MatMul(Lowering lowering, OnnxNode node) =>
        lowering.Set(node, Linear(lowering, node, lowering.View(node, 0), Matrix(lowering, node), false, 1, null, Lowering.LayerName(node.Input(1))));

    public static void FusedMatMul(Lowering lowering, OnnxNode node)
    {
        if (node.Int("transA", 0) != 0 || node.Int("transBatchA", 0) != 0 || node.Int("transBatchB", 0) != 0)
            throw new OnnxImportException("a transposed first matrix is not supported");
        lowering.Set(node, Linear(
            lowering, node, lowering.View(node, 0), Matrix(lowering, node), node.Int("transB", 0) != 0, node.Float("alpha", 1), null,
            Lowering.LayerName(node.Input(1))));
    }

    private static TensorView Linear(
        Lowering lowering, OnnxNode node, TensorView input, OnnxTensor matrix, bool transposed, float alpha, OnnxTensor? bias, string? layerName)
    {
        int last = input.Rank - 1;
        if (last < 0)
            throw new OnnxImportException("a product with a number");
        int inputs = matrix.Shape[transposed ? 1 : 0], outputs = matrix.Shape[transposed ? 0 : 1];
        if (TensorView.SizeOf(input.Dimensions[last]) != inputs)
            throw new OnnxImportException($"a tensor of shape {ShapeText.Format(input.Shape)} times a matrix of shape {ShapeText.Format(matrix.Shape)}");
        NetValue value = input.Value;
        int[]? columns = null;
        if (!input.SameFactors(last, TensorView.Whole(value, 'C')))
        {
            columns = input.Positions(last);
            if (input.Dimensions[last].All(factor => factor.Axis == 'C') && inputs == value.Channels)
            {
                int pixels = value.Height * value.Width;
                columns = Array.ConvertAll(columns, position => position / pixels);
            }
            else if (input.OnlyDimension() == last)
            {
                value = lowering.Flatten(node, value);
            }
            else
            {
                throw new OnnxImportException(
                    $"a matrix product over a part of a {value} map (its tensor has shape {ShapeText.Format(input.Shape)}); supported are its channels, or " +
                    "all of it flattened");
            }
            if (columns.Select((position, i) => position == i).All(same => same))
                columns = null;
        }

        var output = new NetValue(outputs, value.Height, value.Width);
        NetStatement statement = lowering.Emit(node, "linear", NumberText.Format(outputs), [value], output, options: bias is null ? "bias off" : "");
        statement.WeightName = layerName;
        statement.Weights.Add(Lowering.Weight(".weight", [outputs, inputs], Rows(lowering, matrix, transposed, alpha, columns)));
        if (bias is not null)
            statement.Weights.Add(Lowering.Weight(".bias", [outputs], bias));
        return input.Replace(last, statement.Output, TensorView.Whole(statement.Output, 'C'));
    }

    /// <summary>[out, in], the columns in the order of the flattened input.</summary>
    private static OnnxTensor Rows(Lowering lowering, OnnxTensor matrix, bool transposed, float alpha, int[]? columns)
    {
        if (transposed && alpha == 1 && columns is null)
            return matrix;
        int outputs = matrix.Shape[transposed ? 0 : 1], inputs = matrix.Shape[transposed ? 1 : 0];
        float[] source = matrix.ToFloats();
        var rows = new float[lowering.Budget.Take([outputs, inputs])];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
                rows[o * inputs + (columns?[i] ?? i)] = alpha * source[transposed ? o * inputs + i : i * outputs + o];
        }
        return OnnxTensor.FromFloats([outputs, inputs], rows);
    }

    private static OnnxTensor Matrix(Lowering lowering, OnnxNode node)
    {
        OnnxTensor matrix = lowering.Constant(node, 1, "matrix");
        int extra = Math.Max(matrix.Shape.Length - 2, 0);
        if (matrix.Shape.Length < 2 || matrix.Shape.Take(extra).Any(size => size != 1) || matrix.Count == 0)
            throw new OnnxImportException($"its matrix has shape {ShapeText.Format(matrix.Shape)}; two dimensions are supported");
        return matrix.Reshape(matrix.Shape.Skip(extra).ToArray());
    }

    private static OnnxTensor Bias(Lowering lowering, OnnxTensor bias, int outputs, float factor)
    {
        if (bias.Count != outputs && bias.Count != 1)
            throw new OnnxImportException($"a bias of shape {ShapeText.Format(bias.Shape)} for {outputs} outputs");
        if (bias.Count == outputs && factor == 1)
            return bias;
        float[] values = bias.ToFloats();
        lowering.Budget.Take([outputs]);
        return OnnxTensor.FromFloats([outputs], Enumerable.Range(0, outputs).Select(i => factor * values[values.Length == 1 ? 0 : i]).ToArray());
    }
}
