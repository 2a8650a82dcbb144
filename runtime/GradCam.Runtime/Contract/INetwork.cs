using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>What the generator implements on an annotated class: the network's description and its schedule, written in a backend's operations.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface INetwork
{
    /// <summary>Shapes, weights, compiled layers and preprocessing.</summary>
    static abstract NetworkInfo Info { get; }

    /// <summary>The forward pass: reads <see cref="NetworkInfo.Inputs"/>, writes <see cref="NetworkInfo.Outputs"/>.</summary>
    static abstract void RunForward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend;

    /// <summary>
    /// The forward pass from a compiled layer to the outputs, in the same memory: reads the layer's activation, and of the forward pass before it what else the
    /// layers behind it need. Those layers' values are then of this run, for backward slices too; run it with the activation as it was to have the forward
    /// pass's again.
    /// </summary>
    /// <param name="backend">The backend that ran the forward pass.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>, of a layer with <see cref="LayerInfo.HasSuffix"/>.</param>
    static abstract void RunSuffix<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend;

    /// <summary>
    /// The backward slice from a logit to a compiled layer. Needs a forward pass before it, and may be run again for other classes and layers after the
    /// same one.
    /// </summary>
    /// <param name="backend">The backend that ran the forward pass.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>, of a layer with <see cref="LayerInfo.Gradient"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit: 1, or -1 for a counterfactual.</param>
    static abstract void RunBackward<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend;

    /// <summary>
    /// The backward slice from gradients of the outputs, as they stand in <see cref="OutputInfo.Seed"/>, to a compiled layer. Changes them. Otherwise as
    /// <see cref="RunBackward"/>.
    /// </summary>
    /// <param name="backend">The backend that ran the forward pass.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    static abstract void RunSeededBackward<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend;

    /// <summary>
    /// What of the backward slice the sums of the gradient over the layer's pixels take, which is all of it that plain Grad-CAM needs. Otherwise as
    /// <see cref="RunBackward"/>.
    /// </summary>
    /// <param name="backend">The backend that ran the forward pass.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>, of a layer with <see cref="LayerInfo.GradientSums"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit: 1, or -1 for a counterfactual.</param>
    static abstract void RunGradientSums<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend;
}
