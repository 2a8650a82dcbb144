using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>The operations that a generated network is written in, a family an interface. Shapes are in the tensors. Batch is 1.</summary>
/// <remarks>
/// <para>Halo: an operation that writes a tensor writes its map and zeroes its halo (of its own channels, if it is a slice).
/// One with <c>accumulate</c> adds to the map and leaves the halo alone.</para>
/// <para>Backward: <c>outputGradient</c> is d logit / d output <em>before</em> the operation's own activation (the gate of the operation that completed the
/// gradient, or <see cref="IPointwiseBackend.ActivationBackward"/>, took it off); <c>inputGradient</c> receives d logit / d input, or with <c>accumulate</c>
/// has it added; <c>gate</c> is then applied to <c>inputGradient</c>. Gradients of weights are never computed.</para>
/// <para>Overlap: an elementwise operation (activation, affine, add, multiply, accumulate) may have its output equal to an input tensor. Other overlaps
/// do not occur.</para>
/// <para>The set of operations with an <c>Id</c> is known from one dry run of the schedule at load (<see cref="Planning.DryRun"/>), in which every operation is
/// called once or more with the arguments of the later calls; a backend prepares (folds, packs) its weights there. What an operation applies last, its
/// activation or gate, is the call's all the same: some explanations run the schedule without (<see cref="PassDecorator"/>). So it is with the last of a
/// chain.</para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IBackend
    : IMapBackend, IConvolutionBackend, ILinearBackend, IPointwiseBackend, INormalizationBackend, IPoolingBackend, ILayoutBackend;
