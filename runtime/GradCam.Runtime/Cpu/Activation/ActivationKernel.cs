using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu;

/// <summary>Activations and their gradients over a run of floats.</summary>
internal static unsafe class ActivationKernel
{
    /// <summary>destination = activation(source). The two may be the same.</summary>
    /// <param name="activation">Which one.</param>
    /// <param name="source"><paramref name="count"/> floats.</param>
    /// <param name="destination"><paramref name="count"/> floats.</param>
    /// <param name="count">How many.</param>
    public static void Apply(in Activation activation, float* source, float* destination, nint count)
    {
        float alpha = activation.Alpha, beta = activation.Beta;
        switch (activation.Kind)
        {
            case ActivationKind.None:
                if (source != destination)
                    Apply(default(IdentityFunction), source, destination, count);
                break;
            case ActivationKind.Relu:
                Apply(default(ReluFunction), source, destination, count);
                break;
            case ActivationKind.Clip:
                Apply(new ClipFunction(alpha, beta), source, destination, count);
                break;
            case ActivationKind.LeakyRelu:
                Apply(new LeakyReluFunction(alpha), source, destination, count);
                break;
            case ActivationKind.Sigmoid:
                Apply(default(SigmoidFunction), source, destination, count);
                break;
            case ActivationKind.Tanh:
                Apply(default(TanhFunction), source, destination, count);
                break;
            case ActivationKind.Silu:
                Apply(default(SiluFunction), source, destination, count);
                break;
            case ActivationKind.HardSigmoid:
                Apply(new HardSigmoidFunction(alpha, beta), source, destination, count);
                break;
            case ActivationKind.HardSwish:
                Apply(default(HardSwishFunction), source, destination, count);
                break;
            case ActivationKind.Gelu:
                Apply(default(GeluFunction), source, destination, count);
                break;
            case ActivationKind.GeluTanh:
                Apply(default(GeluTanhFunction), source, destination, count);
                break;
            case ActivationKind.Elu:
                Apply(new EluFunction(alpha), source, destination, count);
                break;
            case ActivationKind.Selu:
                Apply(default(SeluFunction), source, destination, count);
                break;
            case ActivationKind.Mish:
                Apply(default(MishFunction), source, destination, count);
                break;
            case ActivationKind.Softplus:
                Apply(new SoftplusFunction(alpha, beta), source, destination, count);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation));
        }
    }

    /// <summary>destination = outputGradient times the activation's derivative, or with <paramref name="accumulate"/> that added to it. The two may be the same.</summary>
    /// <param name="activation">Which one.</param>
    /// <param name="saved">Its output where <see cref="Activation.GradientFromOutput"/> says so, else its input: <paramref name="count"/> floats.</param>
    /// <param name="outputGradient"><paramref name="count"/> floats.</param>
    /// <param name="destination"><paramref name="count"/> floats.</param>
    /// <param name="count">How many.</param>
    /// <param name="accumulate">Whether to add.</param>
    public static void ApplyGradient(in Activation activation, float* saved, float* outputGradient, float* destination, nint count, bool accumulate)
    {
        float alpha = activation.Alpha, beta = activation.Beta;
        switch (activation.Kind)
        {
            case ActivationKind.None:
                ApplyGradient(default(IdentityFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Relu:
                ApplyGradient(default(ReluFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Clip:
                ApplyGradient(new ClipFunction(alpha, beta), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.LeakyRelu:
                ApplyGradient(new LeakyReluFunction(alpha), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Sigmoid:
                ApplyGradient(default(SigmoidFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Tanh:
                ApplyGradient(default(TanhFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Silu:
                ApplyGradient(default(SiluFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.HardSigmoid when activation.GradientFromOutput:
                ApplyGradient(new HardSigmoidFunction(alpha, beta), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.HardSigmoid:
                ApplyGradient(new HardSigmoidFromInputFunction(alpha, beta), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.HardSwish:
                ApplyGradient(default(HardSwishFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Gelu:
                ApplyGradient(default(GeluFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.GeluTanh:
                ApplyGradient(default(GeluTanhFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Elu when activation.GradientFromOutput:
                ApplyGradient(new EluFunction(alpha), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Elu:
                ApplyGradient(new EluFromInputFunction(alpha), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Selu:
                ApplyGradient(default(SeluFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Mish:
                ApplyGradient(default(MishFunction), saved, outputGradient, destination, count, accumulate);
                break;
            case ActivationKind.Softplus:
                ApplyGradient(new SoftplusFunction(alpha, beta), saved, outputGradient, destination, count, accumulate);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(activation));
        }
    }

    /// <summary>Multiplies a gradient by an activation's derivative: the gate that completes a gradient.</summary>
    /// <param name="activation">An activation whose <see cref="Activation.GradientFromOutput"/> is true.</param>
    /// <param name="output">What the activation put out: <paramref name="count"/> floats.</param>
    /// <param name="gradient"><paramref name="count"/> floats, changed in place.</param>
    /// <param name="count">How many.</param>
    public static void ApplyGate(in Activation activation, float* output, float* gradient, nint count)
    {
        if (activation.Kind != ActivationKind.None)
            ApplyGradient(activation, output, gradient, gradient, count, accumulate: false);
    }

    /// <summary>destination = function(source). The two may be the same.</summary>
    public static void Apply<TFunction>(TFunction function, float* source, float* destination, nint count)
        where TFunction : struct, IActivationFunction
    {
        nint i = 0;
        if (SimdWidth.Has512)
            i = Apply<Lanes512, TFunction>(function, source, destination, i, count);
        if (SimdWidth.Has256)
            i = Apply<Lanes256, TFunction>(function, source, destination, i, count);
        if (SimdWidth.Has128)
            i = Apply<Lanes128, TFunction>(function, source, destination, i, count);
        Apply<Lanes1, TFunction>(function, source, destination, i, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Apply<V, TFunction>(TFunction function, float* source, float* destination, nint i, nint count)
        where V : struct, ILanes<V>
        where TFunction : struct, IActivationFunction
    {
        for (; i <= count - V.Count; i += V.Count)
            V.Store(function.Apply(V.Load(source + i)), destination + i);
        return i;
    }

    private static void ApplyGradient<TFunction>(
        TFunction function, float* saved, float* outputGradient, float* destination, nint count, bool accumulate)
        where TFunction : struct, IActivationFunction
    {
        nint i = 0;
        if (SimdWidth.Has512)
            i = ApplyGradient<Lanes512, TFunction>(function, saved, outputGradient, destination, i, count, accumulate);
        if (SimdWidth.Has256)
            i = ApplyGradient<Lanes256, TFunction>(function, saved, outputGradient, destination, i, count, accumulate);
        if (SimdWidth.Has128)
            i = ApplyGradient<Lanes128, TFunction>(function, saved, outputGradient, destination, i, count, accumulate);
        ApplyGradient<Lanes1, TFunction>(function, saved, outputGradient, destination, i, count, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint ApplyGradient<V, TFunction>(
        TFunction function, float* saved, float* outputGradient, float* destination, nint i, nint count, bool accumulate)
        where V : struct, ILanes<V>
        where TFunction : struct, IActivationFunction
    {
        for (; i <= count - V.Count; i += V.Count)
        {
            V gradient = function.Gradient(V.Load(saved + i), V.Load(outputGradient + i));
            if (accumulate)
                gradient += V.Load(destination + i);
            V.Store(gradient, destination + i);
        }

        return i;
    }
}
