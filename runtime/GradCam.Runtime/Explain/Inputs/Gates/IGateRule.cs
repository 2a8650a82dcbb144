namespace GradCam.Explain.Inputs.Gates;

/// <summary>
/// What takes the place of a nonlinearity's derivative where a gradient goes back through it. What is linear goes its ordinary way, and so does what a rule
/// does not change.
/// </summary>
internal interface IGateRule
{
    /// <summary>
    /// Whether activations are watched in forward passes: an operation that has one fused runs without, then <see cref="Activate"/> applies it.
    /// </summary>
    bool WatchesActivations => false;

    /// <summary>Applies an activation in a forward pass.</summary>
    void Activate<TBackend>(ref TBackend backend, in Activation activation, in Tensor input, in Tensor output)
        where TBackend : struct, IBackend => backend.Activate(activation, input, output);

    /// <summary>Looks at the operands of a product or the input of a max pool in a forward pass, before it runs.</summary>
    void Watch<TBackend>(ref TBackend backend, in Tensor operand)
        where TBackend : struct, IBackend
    {
    }

    /// <summary>Looks at a parametric relu after it ran.</summary>
    void WatchParametricRelu<TBackend>(ref TBackend backend, in Tensor input, in Tensor output)
        where TBackend : struct, IBackend
    {
    }

    /// <summary>What an operation is told to take off itself, before <see cref="Pass"/>.</summary>
    Gate Fused(in Gate gate) => gate;

    /// <summary>Takes the rest of the gate off a gradient that is complete.</summary>
    void Pass<TBackend>(ref TBackend backend, in Gate gate, in Tensor gradient)
        where TBackend : struct, IBackend
    {
    }

    /// <summary>Passes a gradient through an activation of its own operation.</summary>
    void ActivationBackward<TBackend>(
        ref TBackend backend, in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend => backend.ActivationBackward(activation, saved, outputGradient, inputGradient, accumulate);

    /// <summary>Passes a gradient through a parametric relu.</summary>
    /// <returns>False where it goes its ordinary way.</returns>
    bool ParametricReluBackward<TBackend>(
        ref TBackend backend, in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend => false;

    /// <summary>Passes a gradient through a product to one of its factors.</summary>
    /// <returns>False where it goes its ordinary way.</returns>
    bool MultiplyBackward<TBackend>(ref TBackend backend, in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend => false;

    /// <summary>Looks at the gradient at the output of an operation with weights, before its activation, as it goes on from there.</summary>
    void Meet<TBackend>(ref TBackend backend, int operation, in Tensor outputGradient)
        where TBackend : struct, IBackend
    {
    }

    /// <summary>The same where one channel alone has a gradient, which the tensor holds.</summary>
    void MeetChannel<TBackend>(ref TBackend backend, int operation, int channel, in Tensor outputGradient)
        where TBackend : struct, IBackend
    {
    }

    /// <summary>The same where one channel of one pixel alone has a gradient.</summary>
    void MeetOne(int operation, int channel, float gradient)
    {
    }

    /// <summary>Passes a gradient through a max pool.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="window">Its window; null for bins.</param>
    /// <param name="input">Its input.</param>
    /// <param name="outputGradient">The gradient at its output.</param>
    /// <param name="inputGradient">Receives the gradient at its input.</param>
    /// <param name="accumulate">Whether it is added.</param>
    /// <returns>False where it goes its ordinary way.</returns>
    bool MaxPoolBackward<TBackend>(
        ref TBackend backend, Window? window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
        where TBackend : struct, IBackend => false;
}
