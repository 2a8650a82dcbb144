using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>The pointwise nonlinearities.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum ActivationKind
{
    /// <summary>The identity.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, Alpha), Beta); relu6 is Alpha 0, Beta 6.</summary>
    Clip,

    /// <summary>x for x &gt; 0, else Alpha x.</summary>
    LeakyRelu,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>min(max(Alpha x + Beta, 0), 1); PyTorch has Alpha 1/6, Beta 1/2.</summary>
    HardSigmoid,

    /// <summary>x min(max(x / 6 + 1/2, 0), 1).</summary>
    HardSwish,

    /// <summary>x (1 + erf(x / sqrt 2)) / 2.</summary>
    Gelu,

    /// <summary>x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</summary>
    GeluTanh,

    /// <summary>x for x &gt; 0, else Alpha (exp(x) - 1).</summary>
    Elu,

    /// <summary>1.0507009873554805 elu(x) with Alpha 1.6732632423543772.</summary>
    Selu,

    /// <summary>x tanh(log(1 + exp(x))).</summary>
    Mish,

    /// <summary>log(1 + exp(Alpha x)) / Alpha; PyTorch has Alpha 1, and x itself where Alpha x &gt; Beta = 20.</summary>
    Softplus,
}
