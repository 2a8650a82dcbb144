namespace GradCam.Reference;

/// <summary>The nonlinearities and their derivatives, as their papers and PyTorch have them, in double precision.</summary>
public static class ReferenceActivation
{
    private const double SeluScale = 1.0507009873554804934193349852946;
    private const double SeluAlpha = 1.6732632423543772848170429916717;

    /// <summary>y = f(x).</summary>
    public static double Value(in Activation activation, double x)
    {
        double a = activation.Alpha;
        double b = activation.Beta;
        return activation.Kind switch
        {
            ActivationKind.None => x,
            ActivationKind.Relu => Math.Max(x, 0),
            ActivationKind.Clip => Math.Min(Math.Max(x, a), b),
            ActivationKind.LeakyRelu => x > 0 ? x : a * x,
            ActivationKind.Sigmoid => Sigmoid(x),
            ActivationKind.Tanh => Math.Tanh(x),
            ActivationKind.Silu => x * Sigmoid(x),
            ActivationKind.HardSigmoid => Math.Min(Math.Max(a * x + b, 0), 1),
            ActivationKind.HardSwish => x * Math.Min(Math.Max(x / 6 + 0.5, 0), 1),
            ActivationKind.Gelu => x * Normal(x),
            ActivationKind.GeluTanh => x * (1 + Math.Tanh(GeluArgument(x))) / 2,
            ActivationKind.Elu => x > 0 ? x : a * Expm1(x),
            ActivationKind.Selu => x > 0 ? SeluScale * x : SeluScale * SeluAlpha * Expm1(x),
            ActivationKind.Mish => x * Math.Tanh(Softplus(x)),
            ActivationKind.Softplus => IsLinear(activation, x) ? x : Softplus(a * x) / a,
            _ => throw new InvalidOperationException($"Unknown activation {activation}."),
        };
    }

    /// <summary>dy/dx at the input x.</summary>
    public static double Derivative(in Activation activation, double x)
    {
        double a = activation.Alpha;
        double b = activation.Beta;
        switch (activation.Kind)
        {
            case ActivationKind.None:
                return 1;
            case ActivationKind.Relu:
                return x > 0 ? 1 : 0;
            case ActivationKind.Clip:
                return x > a && x < b ? 1 : 0;
            case ActivationKind.LeakyRelu:
                return x > 0 ? 1 : a;
            case ActivationKind.Sigmoid:
                return Sigmoid(x) * Sigmoid(-x);
            case ActivationKind.Tanh:
                return 1 - Math.Tanh(x) * Math.Tanh(x);
            case ActivationKind.Silu:
                return Sigmoid(x) * (1 + x * Sigmoid(-x));
            case ActivationKind.HardSigmoid:
                return a * x + b > 0 && a * x + b < 1 ? a : 0;
            case ActivationKind.HardSwish:
                return x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1;
            case ActivationKind.Gelu:
                return Normal(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
            case ActivationKind.GeluTanh:
                double t = Math.Tanh(GeluArgument(x));
                return (1 + t) / 2 + x / 2 * (1 - t * t) * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
            case ActivationKind.Elu:
                return x > 0 ? 1 : a * Math.Exp(x);
            case ActivationKind.Selu:
                return x > 0 ? SeluScale : SeluScale * SeluAlpha * Math.Exp(x);
            case ActivationKind.Mish:
                double u = Math.Tanh(Softplus(x));
                return u + x * (1 - u * u) * Sigmoid(x);
            case ActivationKind.Softplus:
                return IsLinear(activation, x) ? 1 : Sigmoid(a * x);
            default:
                throw new InvalidOperationException($"Unknown activation {activation}.");
        }
    }

    /// <summary>dy/dx from the output y, where that suffices.</summary>
    public static double DerivativeFromOutput(in Activation activation, double y)
    {
        if (!activation.GradientFromOutput)
            throw new InvalidOperationException($"The derivative of {activation} does not follow from its output.");
        double a = activation.Alpha;
        double b = activation.Beta;
        return activation.Kind switch
        {
            ActivationKind.None => 1,
            ActivationKind.Relu => y > 0 ? 1 : 0,
            ActivationKind.Clip => y > a && y < b ? 1 : 0,
            ActivationKind.LeakyRelu => y > 0 ? 1 : a,
            ActivationKind.Sigmoid => y * (1 - y),
            ActivationKind.Tanh => 1 - y * y,
            ActivationKind.HardSigmoid => y > 0 && y < 1 ? a : 0,
            ActivationKind.Elu => y > 0 ? 1 : y + a,
            ActivationKind.Selu => y > 0 ? SeluScale : y + SeluScale * SeluAlpha,
            _ => throw new InvalidOperationException($"Unknown activation {activation}."),
        };
    }

    private static bool IsLinear(in Activation activation, double x) => activation.Beta > 0 && activation.Alpha * x > activation.Beta;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>log(1 + exp(x)), without overflow and without cancellation.</summary>
    private static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    private static double GeluArgument(double x) => Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);

    /// <summary>The standard normal distribution function, (1 + erf(x / sqrt 2)) / 2.</summary>
    private static double Normal(double x)
    {
        // Abramowitz and Stegun 26.2.11: 1/2 + phi(x) (x + x^3/3 + x^5/15 + ...); all terms have one sign.
        if (Math.Abs(x) > 9)
            return x > 0 ? 1 : 0;
        double term = x;
        double sum = x;
        for (int n = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); n += 2)
        {
            term *= x * x / n;
            sum += term;
        }

        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }

    /// <summary>log(1 + x), exact for small x (Kahan).</summary>
    private static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>exp(x) - 1, exact for small x (Kahan).</summary>
    private static double Expm1(double x)
    {
        double u = Math.Exp(x);
        if (u == 1)
            return x;
        double difference = u - 1;
        return difference == -1 ? -1 : difference * (x / Math.Log(u));
    }
}
