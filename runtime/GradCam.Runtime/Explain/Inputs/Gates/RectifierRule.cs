using System.Numerics.Tensors;

namespace GradCam.Explain.Inputs.Gates;

/// <summary>
/// Only what is positive goes back through a rectifier (relu, clip): everywhere, or where the rectifier let its input through. Other nonlinearities have their
/// derivative.
/// </summary>
/// <param name="keepsGate">Whether the rectifier's own gate counts, too: guided backpropagation; without it is DeconvNet.</param>
internal sealed class RectifierRule(bool keepsGate) : IGateRule
{
    private float[] _sum = [];
    private float[] _part = [];

    /// <inheritdoc/>
    public Gate Fused(in Gate gate) => !keepsGate && IsRectifier(gate.Activation) ? default : gate;

    /// <inheritdoc/>
    public void Pass<TBackend>(ref TBackend backend, in Gate gate, in Tensor gradient)
        where TBackend : struct, IBackend
    {
        if (IsRectifier(gate.Activation))
            backend.Activate(Activation.Relu, gradient, gradient);
    }

    /// <inheritdoc/>
    public void ActivationBackward<TBackend>(
        ref TBackend backend, in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend
    {
        if (!IsRectifier(activation))
        {
            backend.ActivationBackward(activation, saved, outputGradient, inputGradient, accumulate);
        }
        else if (!keepsGate)
        {
            // relu(g): g where itself is positive.
            backend.ActivationBackward(Activation.Relu, outputGradient, outputGradient, inputGradient, accumulate);
        }
        else
        {
            if (accumulate)
                Read(ref backend, inputGradient, ref _sum);
            backend.ActivationBackward(activation, saved, outputGradient, inputGradient, accumulate: false);
            backend.Activate(Activation.Relu, inputGradient, inputGradient);
            if (accumulate)
                Add(ref backend, inputGradient);
        }
    }

    private static bool IsRectifier(in Activation activation) =>
        activation.Kind == ActivationKind.Relu || (activation.Kind == ActivationKind.Clip && activation.Alpha == 0);

    private static Span<float> Read<TBackend>(ref TBackend backend, in Tensor tensor, ref float[] buffer)
        where TBackend : struct, IBackend
    {
        if (buffer.Length < tensor.Length)
            buffer = new float[tensor.Length];
        Span<float> values = buffer.AsSpan(0, tensor.Length);
        backend.Read(tensor, values);
        return values;
    }

    /// <summary>Adds what was there before. No operation of the contract does both.</summary>
    private void Add<TBackend>(ref TBackend backend, in Tensor gradient)
        where TBackend : struct, IBackend
    {
        Span<float> part = Read(ref backend, gradient, ref _part);
        TensorPrimitives.Add(part, _sum.AsSpan(0, part.Length), part);
        backend.Write(part, TensorLayout.Hwc, gradient);
    }
}
