namespace GradCam.Gpu.Kernels;

/// <summary>An activation as a kernel takes it, and its formulas: those of <see cref="ActivationKind"/>.</summary>
/// <remarks>Constants are written as floats, 1f : 0f: ILGPU 1.5.3 takes the bits of the integers in (y &gt; 0 ? 1 : 0) for those of a float.</remarks>
internal struct ActivationArgs(in Activation activation)
{
    private const float SeluScale = 1.05070098f;
    private const float SeluAlpha = 1.67326324f;
    private const float RootOf2OverPi = 0.797884561f;
    private const float OneOverRootOf2Pi = 0.398942280f;

    public int Kind = (int)activation.Kind;
    public float Alpha = activation.Alpha;
    public float Beta = activation.Beta;

    /// <summary>y = f(x).</summary>
    public static float Value(ActivationArgs f, float x)
    {
        switch (f.Kind)
        {
            case (int)ActivationKind.Relu:
                return x < 0 ? 0 : x;
            case (int)ActivationKind.Clip:
                return Clamp(x, f.Alpha, f.Beta);
            case (int)ActivationKind.LeakyRelu:
                return x > 0 ? x : f.Alpha * x;
            case (int)ActivationKind.Sigmoid:
                return DeviceMath.Sigmoid(x);
            case (int)ActivationKind.Tanh:
                return DeviceMath.Tanh(x);
            case (int)ActivationKind.Silu:
                return x * DeviceMath.Sigmoid(x);
            case (int)ActivationKind.HardSigmoid:
                return Clamp(f.Alpha * x + f.Beta, 0, 1);
            case (int)ActivationKind.HardSwish:
                return x * Clamp(x / 6 + 0.5f, 0, 1);
            case (int)ActivationKind.Gelu:
                return x * DeviceMath.Normal(x);
            case (int)ActivationKind.GeluTanh:
                return x * (1 + DeviceMath.Tanh(GeluArgument(x))) / 2;
            case (int)ActivationKind.Elu:
                return x > 0 ? x : f.Alpha * DeviceMath.Expm1(x);
            case (int)ActivationKind.Selu:
                return x > 0 ? SeluScale * x : SeluScale * SeluAlpha * DeviceMath.Expm1(x);
            case (int)ActivationKind.Mish:
                return x * DeviceMath.Tanh(DeviceMath.Softplus(x));
            case (int)ActivationKind.Softplus:
                return IsLinear(f, x) ? x : DeviceMath.Softplus(f.Alpha * x) / f.Alpha;
            default:
                return x;
        }
    }

    /// <summary>dy/dx at the input x.</summary>
    public static float Derivative(ActivationArgs f, float x)
    {
        switch (f.Kind)
        {
            case (int)ActivationKind.LeakyRelu:
                return x > 0 ? 1 : f.Alpha;
            case (int)ActivationKind.Silu:
                return DeviceMath.Sigmoid(x) * (1 + x * DeviceMath.Sigmoid(-x));
            case (int)ActivationKind.HardSigmoid:
                float line = f.Alpha * x + f.Beta;
                return line > 0 && line < 1 ? f.Alpha : 0;
            case (int)ActivationKind.HardSwish:
                return x <= -3 ? 0 : x < 3 ? x / 3 + 0.5f : 1;
            case (int)ActivationKind.Gelu:
                return DeviceMath.Normal(x) + x * DeviceMath.Exp(-x * x / 2) * OneOverRootOf2Pi;
            case (int)ActivationKind.GeluTanh:
                float t = DeviceMath.Tanh(GeluArgument(x));
                return (1 + t) / 2 + x / 2 * (1 - t * t) * RootOf2OverPi * (1 + 3 * 0.044715f * x * x);
            case (int)ActivationKind.Elu:
                return x > 0 ? 1 : f.Alpha * DeviceMath.Exp(x);
            case (int)ActivationKind.Mish:
                float u = DeviceMath.Tanh(DeviceMath.Softplus(x));
                return u + x * (1 - u * u) * DeviceMath.Sigmoid(x);
            case (int)ActivationKind.Softplus:
                return IsLinear(f, x) ? 1 : DeviceMath.Sigmoid(f.Alpha * x);
            default:
                return 1;
        }
    }

    /// <summary>dy/dx from the output y, where <see cref="Activation.GradientFromOutput"/> says so.</summary>
    public static float DerivativeFromOutput(ActivationArgs f, float y)
    {
        switch (f.Kind)
        {
            case (int)ActivationKind.Relu:
                return y > 0 ? 1f : 0f;
            case (int)ActivationKind.Clip:
                return y > f.Alpha && y < f.Beta ? 1f : 0f;
            case (int)ActivationKind.LeakyRelu:
                return y > 0 ? 1 : f.Alpha;
            case (int)ActivationKind.Sigmoid:
                return y * (1 - y);
            case (int)ActivationKind.Tanh:
                return 1 - y * y;
            case (int)ActivationKind.HardSigmoid:
                return y > 0 && y < 1 ? f.Alpha : 0;
            case (int)ActivationKind.Elu:
                return y > 0 ? 1 : y + f.Alpha;
            case (int)ActivationKind.Selu:
                return y > 0 ? SeluScale : y + SeluScale * SeluAlpha;
            default:
                return 1;
        }
    }

    private static float Clamp(float x, float low, float high) => x < low ? low : x > high ? high : x;

    private static bool IsLinear(ActivationArgs f, float x) => f.Beta > 0 && f.Alpha * x > f.Beta;

    private static float GeluArgument(float x) => RootOf2OverPi * (x + 0.044715f * x * x * x);
}
