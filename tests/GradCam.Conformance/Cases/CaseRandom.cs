namespace GradCam.Conformance.Cases;

/// <summary>Draws shapes, parameters and values for an operation's case, all from one seed.</summary>
/// <param name="seed">The seed.</param>
/// <param name="smooth">Whether the case is for finite differences: no kinks, no ties, no fused activation, nothing in place.</param>
/// <param name="large">Whether maps are so large that kernels divide them into pieces of work.</param>
public sealed class CaseRandom(int seed, bool smooth = false, bool large = false)
{
    private static readonly int[] ChannelCounts =
        [1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 16, 17, 20, 24, 31, 32, 33, 40, 47, 48, 49, 63, 64, 65, 66, 80, 96, 97, 128, 130];

    private static readonly int[] Sizes = [1, 1, 2, 3, 3, 4, 5, 6, 7, 7, 8, 9, 11, 12, 13, 14, 15, 17, 20, 23];

    private readonly Random _random = new(seed);

    public bool Smooth { get; } = smooth;

    public int Between(int first, int last) => _random.Next(first, last + 1);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public T Pick<T>(params T[] values) => values[_random.Next(values.Length)];

    /// <summary>A number of channels, near and at the multiples of vector and tile widths.</summary>
    public int Channels(int most = 130)
    {
        int channels;
        do
            channels = Pick(ChannelCounts);
        while (channels > most || (large && channels < most / 3));
        return channels;
    }

    /// <summary>A map's size.</summary>
    public Extent Size(int most = 23) => large
        ? (Between(2 * most, 3 * most), Between(2 * most, 3 * most))
        : (Math.Min(Pick(Sizes), most), Math.Min(Pick(Sizes), most));

    /// <summary>A square or rectangular extent.</summary>
    public Extent Extent(params int[] values)
    {
        int height = Pick(values);
        return Chance(0.7) ? height : (height, Pick(values));
    }

    /// <summary>Independent edges of 0 to <paramref name="most"/> pixels.</summary>
    public Edges Edges(int most) => new(Between(0, most), Between(0, most), Between(0, most), Between(0, most));

    /// <summary>A standard normal value.</summary>
    public float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));

    /// <summary>A source of values: normal ones or, unless smooth, sometimes a few different ones and zeros, so that there are ties and kinks.</summary>
    public Func<float> Values(double scale = 1)
    {
        if (!Smooth && Chance(0.25))
            return () => MathF.Round(Normal() * 1.5f);
        return () => (float)(Normal() * scale);
    }

    /// <summary>Any activation.</summary>
    public Activation AnyActivation()
    {
        ActivationKind kind = Pick(Enum.GetValues<ActivationKind>());
        return WithParameters(kind);
    }

    /// <summary>An activation fused into an operation: often none or relu, sometimes any.</summary>
    public Activation FusedActivation()
    {
        if (Smooth || Chance(0.3))
            return default;
        return Chance(0.4) ? Activation.Relu : AnyActivation();
    }

    /// <summary>An activation whose derivative follows from its output.</summary>
    public Activation GateActivation()
    {
        Activation activation;
        do
            activation = AnyActivation();
        while (!activation.GradientFromOutput);
        return activation;
    }

    private Activation WithParameters(ActivationKind kind) => kind switch
    {
        ActivationKind.Clip => Chance(0.5) ? Activation.Relu6 : new Activation(kind, -0.5f * Between(0, 3), 0.5f * Between(0, 3)),
        ActivationKind.LeakyRelu => new Activation(kind, Pick(0.01f, 0.2f, 0f, 1f, -0.5f)),
        ActivationKind.HardSigmoid => new Activation(kind, Pick(1f / 6, 0.2f, -0.25f), Pick(0.5f, 0.25f)),
        ActivationKind.Elu => new Activation(kind, Pick(1f, 0.5f, 0f, -0.5f)),
        ActivationKind.Softplus => new Activation(kind, Pick(1f, 2f, 0.5f), Pick(20f, 3f)),
        _ => new Activation(kind),
    };
}
