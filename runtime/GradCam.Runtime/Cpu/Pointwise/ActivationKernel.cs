namespace GradCam.Cpu.Pointwise;

/// <summary>Activations and their gradients over a run of floats.</summary>
internal static unsafe class ActivationKernel
{
    /// <summary>destination = activation(source). The two may be the same.</summary>
    /// <param name="activation">Which one.</param>
    /// <param name="source"><paramref name="count"/> floats.</param>
    /// <param name="destination"><paramref name="count"/> floats.</param>
    /// <param name="count">How many.</param>
    public static void Apply(in Activation activation, float* source, float* destination, int count)
    {
        if (activation.Kind == ActivationKind.None && source == destination)
            return;
        var user = new ValueUser(MapView.OfChannels(source), MapView.OfChannels(destination), 0, 1, 1, count);
        ActivationDispatch.Use(activation, ref user);
    }

    /// <summary>
    /// destination = outputGradient times the activation's derivative, or with <paramref name="accumulate"/> that added to it. The two may be the same.
    /// </summary>
    /// <param name="activation">Which one.</param>
    /// <param name="saved">Its output where <see cref="Activation.GradientFromOutput"/> says so, else its input: <paramref name="count"/> floats.</param>
    /// <param name="outputGradient"><paramref name="count"/> floats.</param>
    /// <param name="destination"><paramref name="count"/> floats.</param>
    /// <param name="count">How many.</param>
    /// <param name="accumulate">Whether to add.</param>
    public static void ApplyGradient(in Activation activation, float* saved, float* outputGradient, float* destination, int count, bool accumulate)
    {
        var user = new GradientUser(
            MapView.OfChannels(saved), MapView.OfChannels(outputGradient), MapView.OfChannels(destination), accumulate, 0, 1, 1, count);
        ActivationDispatch.Use(activation, ref user);
    }

    /// <summary>Multiplies a gradient by an activation's derivative: the gate that completes a gradient.</summary>
    /// <param name="activation">An activation whose <see cref="Activation.GradientFromOutput"/> is true.</param>
    /// <param name="output">What the activation put out: <paramref name="count"/> floats.</param>
    /// <param name="gradient"><paramref name="count"/> floats, changed in place.</param>
    /// <param name="count">How many.</param>
    public static void ApplyGate(in Activation activation, float* output, float* gradient, int count)
    {
        if (activation.Kind != ActivationKind.None)
            ApplyGradient(activation, output, gradient, gradient, count, accumulate: false);
    }
}
