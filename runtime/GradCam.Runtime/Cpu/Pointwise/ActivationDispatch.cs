using GradCam.Cpu.Pointwise.Functions;

namespace GradCam.Cpu.Pointwise;

/// <summary>From an activation's description to its code.</summary>
internal static class ActivationDispatch
{
    /// <summary>Runs code with an activation.</summary>
    /// <param name="activation">
    /// Which one. Its function's gradient takes the output where <see cref="Activation.GradientFromOutput"/> says so, else the input.
    /// </param>
    /// <param name="user">The code.</param>
    public static void Use<TUser>(in Activation activation, ref TUser user)
        where TUser : struct, IActivationUser
    {
        float alpha = activation.Alpha, beta = activation.Beta;
        switch (activation.Kind)
        {
            case ActivationKind.None:
                user.Use(default(IdentityFunction));
                break;
            case ActivationKind.Relu:
                user.Use(default(ReluFunction));
                break;
            case ActivationKind.Clip:
                user.Use(new ClipFunction(alpha, beta));
                break;
            case ActivationKind.LeakyRelu:
                user.Use(new LeakyReluFunction(alpha));
                break;
            case ActivationKind.Sigmoid:
                user.Use(default(SigmoidFunction));
                break;
            case ActivationKind.Tanh:
                user.Use(default(TanhFunction));
                break;
            case ActivationKind.Silu:
                user.Use(default(SiluFunction));
                break;
            case ActivationKind.HardSigmoid when activation.GradientFromOutput:
                user.Use(new HardSigmoidFunction(alpha, beta));
                break;
            case ActivationKind.HardSigmoid:
                user.Use(new HardSigmoidFromInputFunction(alpha, beta));
                break;
            case ActivationKind.HardSwish:
                user.Use(default(HardSwishFunction));
                break;
            case ActivationKind.Gelu:
                user.Use(default(GeluFunction));
                break;
            case ActivationKind.GeluTanh:
                user.Use(default(GeluTanhFunction));
                break;
            case ActivationKind.Elu when activation.GradientFromOutput:
                user.Use(new EluFunction(alpha));
                break;
            case ActivationKind.Elu:
                user.Use(new EluFromInputFunction(alpha));
                break;
            case ActivationKind.Selu:
                user.Use(default(SeluFunction));
                break;
            case ActivationKind.Mish:
                user.Use(default(MishFunction));
                break;
            case ActivationKind.Softplus:
                user.Use(new SoftplusFunction(alpha, beta > 0 ? beta : float.PositiveInfinity));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation));
        }
    }
}
