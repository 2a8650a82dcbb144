using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>A part of a network's schedule.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum PassKind
{
    /// <summary>From the inputs to the outputs.</summary>
    Forward,

    /// <summary>From a compiled layer's activation to the outputs.</summary>
    Suffix,

    /// <summary>From a class's logit to a compiled layer.</summary>
    Backward,

    /// <summary>From the outputs' seeds to a compiled layer.</summary>
    SeededBackward,

    /// <summary>From a class's logit to the sums of a compiled layer's gradient.</summary>
    GradientSums,
}

/// <summary>A part of a network's schedule, to be run on one sample or several.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct SchedulePass
{
    /// <summary>Which part.</summary>
    public required PassKind Kind { get; init; }

    /// <summary>Index into <see cref="NetworkInfo.Layers"/>; without meaning for a forward pass.</summary>
    public int Layer { get; init; }

    /// <summary>The class of each sample, by index; one for all where it has one element. For passes that begin at a class.</summary>
    public ReadOnlyMemory<int> Classes { get; init; }

    /// <summary>The gradient at the class's logit: 1, or -1 for a counterfactual.</summary>
    public float Seed { get; init; }

    /// <summary>Whether it begins at a class.</summary>
    public bool HasClass => Kind is PassKind.Backward or PassKind.GradientSums;

    /// <summary>The class of a sample.</summary>
    /// <param name="index">The sample's number among those that the pass runs on.</param>
    public int ClassOf(int index) => Classes.Length == 1 ? Classes.Span[0] : Classes.Span[index];

    /// <summary>Runs it on a backend, over one sample.</summary>
    /// <typeparam name="TNetwork">The network.</typeparam>
    /// <typeparam name="TBackend">The backend.</typeparam>
    /// <param name="backend">The backend, of the sample's workspace.</param>
    /// <param name="index">The sample's number among those that the pass runs on.</param>
    public void Run<TNetwork, TBackend>(ref TBackend backend, int index)
        where TNetwork : INetwork
        where TBackend : struct, IBackend
    {
        switch (Kind)
        {
            case PassKind.Forward:
                TNetwork.RunForward(ref backend);
                break;
            case PassKind.Suffix:
                TNetwork.RunSuffix(ref backend, Layer);
                break;
            case PassKind.Backward:
                TNetwork.RunBackward(ref backend, Layer, ClassOf(index), Seed);
                break;
            case PassKind.SeededBackward:
                TNetwork.RunSeededBackward(ref backend, Layer);
                break;
            case PassKind.GradientSums:
                TNetwork.RunGradientSums(ref backend, Layer, ClassOf(index), Seed);
                break;
            default:
                throw new InvalidOperationException($"There is no pass {Kind}.");
        }
    }
}
