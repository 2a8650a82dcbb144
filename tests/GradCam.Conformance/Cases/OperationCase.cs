using GradCam.Reference;
using GradCam.Weights;

namespace GradCam.Conformance.Cases;

/// <summary>
/// One random case of an operation: tensors in a workspace, weights, parameters, and the calls of its forward and backward form.
/// A derived class says what an operation may meet; <see cref="BackendCheck"/> and <see cref="FiniteDifferences"/> do the rest.
/// </summary>
public abstract class OperationCase
{
    private readonly WorkspaceLayout _layout;

    protected OperationCase(CaseRandom random)
    {
        Random = random;
        _layout = new WorkspaceLayout(random);
    }

    /// <summary>What the forward form differentiates by.</summary>
    public Tensor Input { get; protected set; }

    /// <summary>What the forward form writes.</summary>
    public Tensor Output { get; protected set; }

    /// <summary>The gradient at the output; none where the backward form takes none.</summary>
    public Tensor OutputGradient { get; protected set; }

    /// <summary>What the backward form writes; none where there is no backward form.</summary>
    public Tensor InputGradient { get; protected set; }

    /// <summary>Whether the backward form adds to what is there.</summary>
    public bool Accumulate { get; private set; }

    /// <summary>What the backward form multiplies its result by.</summary>
    public Gate Gate { get; private set; }

    /// <summary>The weight tensors, in the order of their references.</summary>
    public List<CaseWeight> Weights { get; } = [];

    /// <summary>The operation's parameters, for messages.</summary>
    public abstract string Description { get; }

    /// <summary>Largest error of the forward form, relative to the largest value of the output (at least 1).</summary>
    public virtual double Tolerance => 1e-5;

    /// <summary>Largest error of the backward form, relative to the largest value of the gradient (at least 1).</summary>
    public virtual double BackwardTolerance => 1e-5;

    /// <summary>The workspace before the operation.</summary>
    public float[] Workspace => _layout.ToArray();

    protected CaseRandom Random { get; }

    /// <summary>The weights, by name, as a backend reads them.</summary>
    public WeightSource WeightSource()
    {
        var source = new WeightDictionary("case");
        foreach (CaseWeight weight in Weights)
            source.Add(weight.Info.Name, weight.Info.Shape.ToArray(), weight.Values);
        return source;
    }

    public abstract void Forward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend;

    public virtual void Backward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend => throw new NotSupportedException();

    /// <summary>The gradient at the output, packed: what the backward form starts from.</summary>
    public virtual double[] LossGradient(ReferenceWorkspace workspace) => workspace.Load(OutputGradient);

    public override string ToString() =>
        $"{Description} input {Show(Input)} output {Show(Output)} outputGradient {Show(OutputGradient)} inputGradient {Show(InputGradient)} "
        + $"accumulate {Accumulate} gate {Gate.Activation.Kind}";

    /// <summary>A tensor with values.</summary>
    protected Tensor Source(int channels, Extent size, Edges neededHalo = default, Func<float>? values = null) =>
        _layout.Add(channels, size, neededHalo, values ?? Random.Values());

    /// <summary>A tensor to write.</summary>
    protected Tensor Target(int channels, Extent size) => _layout.Add(channels, size);

    /// <summary>A tensor to write or, one time in four and never when smooth, the given input itself.</summary>
    protected Tensor TargetOrInPlace(in Tensor input) =>
        !Random.Smooth && Random.Chance(0.25) ? input : Target(input.Channels, (input.Height, input.Width));

    /// <summary>Replaces a value.</summary>
    protected void Set(in Tensor tensor, int y, int x, int c, float value) => _layout.Set(tensor, y, x, c, value);

    /// <summary>Makes the gradient of the input, and chooses whether it is added to and gated.</summary>
    /// <param name="shape">The input.</param>
    /// <param name="inPlace">The output's gradient, where the two may be one tensor.</param>
    /// <param name="gate">Whether the operation takes a gate.</param>
    protected void AddInputGradient(in Tensor shape, in Tensor inPlace = default, bool gate = true)
    {
        Extent size = (shape.Height, shape.Width);
        bool sameShape = (inPlace.Channels, inPlace.Height, inPlace.Width) == (shape.Channels, shape.Height, shape.Width);
        if (sameShape && !Random.Smooth && Random.Chance(0.25))
        {
            InputGradient = inPlace;
        }
        else
        {
            Accumulate = Random.Chance(0.4);
            InputGradient = Accumulate ? _layout.Add(shape.Channels, size, default, Random.Values(), zeroHalo: false) : Target(shape.Channels, size);
        }

        if (!gate || Random.Chance(0.4))
            return;
        Activation activation = Random.GateActivation();
        Func<float> values = Random.Values();
        Gate = new Gate(activation, _layout.Add(shape.Channels, size, default, () => (float)ReferenceActivation.Value(activation, values())));
    }

    /// <summary>Adds a weight tensor.</summary>
    protected WeightRef Weight(int[] shape, Func<float>? values = null)
    {
        values ??= Random.Normal;
        int length = shape.Aggregate(1, (product, size) => product * size);
        Weights.Add(new CaseWeight(new WeightInfo($"weight{Weights.Count}", shape), [.. Enumerable.Range(0, length).Select(_ => values())]));
        return Weights.Count - 1;
    }

    /// <summary>A weight tensor of one value a channel, present with the given probability.</summary>
    protected WeightRef MaybeWeight(double probability, int channels, Func<float>? values = null) =>
        Random.Chance(probability) ? Weight([channels], values) : default(WeightRef);

    /// <summary>Per-channel weights: none, a batch norm with or without its parts, a factor, a summand.</summary>
    protected AffineWeights MaybeAffine(int channels, double probability)
    {
        if (!Random.Chance(probability))
            return default;
        AffineWeights affine = default;
        if (Random.Chance(0.8))
        {
            affine = new AffineWeights(
                MaybeWeight(0.8, channels), MaybeWeight(0.8, channels), MaybeWeight(0.9, channels),
                Weight([channels], () => 0.5f + Math.Abs(Random.Normal())), Random.Pick(1e-5, 1e-3, 0.1));
        }

        // A factor or summand may be one value for all channels, and may have the shape of a map's channels.
        int[][] shapes = [[channels], [1], [channels, 1, 1], [1, channels, 1, 1]];
        if (Random.Chance(0.3))
            affine = affine with { Scale = Weight(Random.Pick(shapes)) };
        if (Random.Chance(0.3))
            affine = affine with { Shift = Weight(Random.Pick(shapes)) };
        return affine;
    }

    private static string Show(in Tensor t) => t.IsEmpty
        ? "none"
        : $"{t.Channels}x{t.Height}x{t.Width} at {t.Offset} strides {t.RowStride},{t.PixelStride} "
            + $"halo {t.Halo.Top},{t.Halo.Left},{t.Halo.Bottom},{t.Halo.Right}";
}

/// <summary>A weight tensor of a case.</summary>
public sealed record CaseWeight(WeightInfo Info, float[] Values);
