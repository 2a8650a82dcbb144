namespace GradCam.Gen.Build.Onnx;

/// <summary>What ONNX Runtime's optimiser writes (domain com.microsoft).</summary>
internal static class FusedOperators
{
    private static readonly string[] GemmParameters = ["activation_alpha", "activation_beta", "activation_gamma"];

    /// <summary>activation(Conv(X, W, B) + Z).</summary>
    public static void FusedConv(Lowering lowering, OnnxNode node)
    {
        TensorView result = TensorView.Map(ConvolutionOperators.Convolve(lowering, node, out bool isLine).Output);
        result = isLine ? result.Remove([2]) : result;
        if (node.Input(3).Length > 0)
            result = ElementwiseOperators.Combine(lowering, node, "add", [result, lowering.View(node, 3)]);
        IReadOnlyList<float> parameters = node.Attributes.TryGetValue("activation_params", out OnnxAttribute? attribute) ? attribute.Floats ?? [] : [];
        lowering.Set(node, ActivationOperators.Fused(lowering, node, result, node.Text("activation", ""), parameters));
    }

    /// <summary>activation(Gemm(A, B, C)).</summary>
    public static void FusedGemm(Lowering lowering, OnnxNode node)
    {
        var parameters = new List<float>();
        foreach (string name in GemmParameters)
        {
            if (node.Has(name))
                parameters.Add(node.Float(name, 0));
        }
        lowering.Set(node, ActivationOperators.Fused(lowering, node, LinearOperators.Multiply(lowering, node), node.Text("activation", ""), parameters));
    }

    /// <summary>gelu by tanh, of X or of X + bias.</summary>
    public static void FastGelu(Lowering lowering, OnnxNode node) => Biased(lowering, node, "gelu tanh");

    /// <summary>gelu of X + bias.</summary>
    public static void BiasGelu(Lowering lowering, OnnxNode node) => Biased(lowering, node, "gelu");

    /// <summary>x sigmoid(alpha x).</summary>
    public static void QuickGelu(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        TensorView scaled = ElementwiseOperators.Scale(lowering, node, view, node.Float("alpha", 1.702f));
        lowering.Set(node, ElementwiseOperators.Combine(lowering, node, "mul", [view, ActivationOperators.Apply(lowering, node, scaled, "sigmoid")]));
    }

    private static void Biased(Lowering lowering, OnnxNode node, string statement)
    {
        TensorView view = lowering.View(node, 0);
        if (lowering.OptionalConstant(node, 1, "bias") is OnnxTensor bias)
            view = ElementwiseOperators.Affine(lowering, node, view, "shift", ElementwiseOperators.ChannelValues(lowering, view, bias));
        lowering.Set(node, ActivationOperators.Apply(lowering, node, view, statement));
    }
}
