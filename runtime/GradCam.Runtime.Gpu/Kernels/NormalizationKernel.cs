using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="NormalizationKernel"/>.</summary>
internal struct NormalizationArgs
{
    public SampleArgs Samples;
    public MapArgs Output;

    /// <summary>The operation's input or, of softmax's gradient, its output.</summary>
    public MapArgs Input;
    public MapArgs OutputGradient;

    /// <summary>Where the summands lie, behind the factors at 0.</summary>
    public int Summands;
    public int Groups;
    public float Epsilon;

    /// <summary>Local response: channels of a neighbourhood, factor, exponent and summand.</summary>
    public int Size;
    public float Alpha;
    public float Beta;
    public float K;
    public GradientArgs Gradient;
}

/// <summary>
/// Normalisations, and their gradients. A row is what is normalised together: a pixel's channels (layer norm, softmax), or a group of channels with all of
/// their pixels (group norm). A team of threads takes a row.
/// </summary>
internal static class NormalizationKernel
{
    /// <summary>Layer norm, a team a pixel; group norm, a team a group of channels.</summary>
    public static void Normalize<TTeam>(ArrayView<float> arena, ArrayView<float> parameters, NormalizationArgs args)
        where TTeam : IRowTeam
    {
        int rows = Rows(args);
        int length = Length(args);
        for (int row = TTeam.Team; row < rows; row += TTeam.Teams)
        {
            float mean = Mean<TTeam>(arena, args, row, length);
            float deviation = Deviation<TTeam>(arena, args, row, length, mean);
            for (int i = TTeam.Member; i < length; i += TTeam.Members)
            {
                int c = Channel(args, row, i);
                float value = (arena[Place(args, args.Input, row, i)] - mean) / deviation;
                arena[Place(args, args.Output, row, i)] = value * parameters[c] + parameters[args.Summands + c];
            }
        }

        Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The gradient of both, from the input.</summary>
    public static void NormalizeGradient<TTeam>(ArrayView<float> arena, ArrayView<float> parameters, NormalizationArgs args)
        where TTeam : IRowTeam
    {
        int rows = Rows(args);
        int length = Length(args);
        for (int row = TTeam.Team; row < rows; row += TTeam.Teams)
        {
            float mean = Mean<TTeam>(arena, args, row, length);
            float deviation = Deviation<TTeam>(arena, args, row, length, mean);

            // With h = (x - mean) / deviation and u = dy w: dx = (u - mean(u) - h mean(u h)) / deviation.
            float sum = 0;
            float product = 0;
            for (int i = TTeam.Member; i < length; i += TTeam.Members)
            {
                float u = arena[Place(args, args.OutputGradient, row, i)] * parameters[Channel(args, row, i)];
                sum += u;
                product += u * ((arena[Place(args, args.Input, row, i)] - mean) / deviation);
            }

            sum = TTeam.Sum(sum) / length;
            product = TTeam.Sum(product) / length;
            for (int i = TTeam.Member; i < length; i += TTeam.Members)
            {
                float u = arena[Place(args, args.OutputGradient, row, i)] * parameters[Channel(args, row, i)];
                float h = (arena[Place(args, args.Input, row, i)] - mean) / deviation;
                Store(arena, args, row, i, (u - sum - h * product) / deviation);
            }
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>Softmax over a pixel's channels, a team a pixel.</summary>
    public static void Softmax<TTeam>(ArrayView<float> arena, NormalizationArgs args)
        where TTeam : IRowTeam
    {
        int rows = Rows(args);
        int length = Length(args);
        for (int row = TTeam.Team; row < rows; row += TTeam.Teams)
        {
            float largest = float.NegativeInfinity;
            for (int i = TTeam.Member; i < length; i += TTeam.Members)
                largest = DeviceMath.Larger(largest, arena[Place(args, args.Input, row, i)]);
            largest = TTeam.Largest(largest);
            float sum = 0;
            for (int i = TTeam.Member; i < length; i += TTeam.Members)
                sum += DeviceMath.Exp(arena[Place(args, args.Input, row, i)] - largest);
            sum = TTeam.Sum(sum);
            for (int i = TTeam.Member; i < length; i += TTeam.Members)
                arena[Place(args, args.Output, row, i)] = DeviceMath.Exp(arena[Place(args, args.Input, row, i)] - largest) / sum;
        }

        Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The gradient of softmax, from its output.</summary>
    public static void SoftmaxGradient<TTeam>(ArrayView<float> arena, NormalizationArgs args)
        where TTeam : IRowTeam
    {
        int rows = Rows(args);
        int length = Length(args);
        for (int row = TTeam.Team; row < rows; row += TTeam.Teams)
        {
            float mean = 0;
            for (int i = TTeam.Member; i < length; i += TTeam.Members)
                mean += arena[Place(args, args.OutputGradient, row, i)] * arena[Place(args, args.Input, row, i)];
            mean = TTeam.Sum(mean);
            for (int i = TTeam.Member; i < length; i += TTeam.Members)
            {
                float value = arena[Place(args, args.Input, row, i)] * (arena[Place(args, args.OutputGradient, row, i)] - mean);
                Store(arena, args, row, i, value);
            }
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>Local response normalisation, a thread an element.</summary>
    public static void LocalResponse(ArrayView<float> arena, NormalizationArgs args)
    {
        int total = args.Samples.Count * args.Output.Height * args.Output.Width * args.Output.Channels;
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            int row = i / args.Output.Channels;
            int c = i % args.Output.Channels;
            float denominator = NeighbourhoodDenominator(arena, args, row, c);
            arena[Place(args, args.Output, row, c)] = arena[Place(args, args.Input, row, c)] * DeviceMath.Pow(denominator, -args.Beta);
        }

        Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The gradient of local response normalisation, from its input: a thread an element, over all neighbourhoods that it lies in.</summary>
    public static void LocalResponseGradient(ArrayView<float> arena, NormalizationArgs args)
    {
        int channels = args.Output.Channels;
        int total = args.Samples.Count * args.Output.Height * args.Output.Width * channels;
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            int row = i / channels;
            int c = i % channels;
            float x = arena[Place(args, args.Input, row, c)];
            float own = arena[Place(args, args.OutputGradient, row, c)] * DeviceMath.Pow(NeighbourhoodDenominator(arena, args, row, c), -args.Beta);

            // y_j = x_j d_j^-beta with d_j = k + alpha / size * sum x^2 over j's neighbourhood, which has c where j is in c's mirrored.
            float others = 0;
            int last = Least(c + args.Size / 2, channels - 1);
            for (int j = Positive(c - (args.Size - 1) / 2); j <= last; j++)
            {
                float power = DeviceMath.Pow(NeighbourhoodDenominator(arena, args, row, j), -args.Beta - 1);
                others += arena[Place(args, args.OutputGradient, row, j)] * arena[Place(args, args.Input, row, j)] * power;
            }

            Store(arena, args, row, c, own - others * args.Beta * (2 * args.Alpha / args.Size) * x);
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>Rows of all samples. Groups is 0 where a pixel is a row.</summary>
    private static int Rows(NormalizationArgs args) => args.Samples.Count * (args.Groups > 0 ? args.Groups : args.Output.Height * args.Output.Width);

    private static int Length(NormalizationArgs args) =>
        args.Groups > 0 ? args.Output.Channels / args.Groups * args.Output.Height * args.Output.Width : args.Output.Channels;

    private static int Channel(NormalizationArgs args, int row, int i)
    {
        if (args.Groups == 0)
            return i;

        int own = args.Output.Channels / args.Groups;
        return row % args.Groups * own + i % own;
    }

    /// <summary>The pixel of a row's element, among those of its sample.</summary>
    private static int Pixel(NormalizationArgs args, int row, int i) =>
        args.Groups > 0 ? i / (args.Output.Channels / args.Groups) : row % (args.Output.Height * args.Output.Width);

    private static int Sample(NormalizationArgs args, int row) => row / (args.Groups > 0 ? args.Groups : args.Output.Height * args.Output.Width);

    private static int Place(NormalizationArgs args, MapArgs map, int row, int i)
    {
        int pixel = Pixel(args, row, i);
        int y = pixel / args.Output.Width;
        return Sample(args, row) * args.Samples.Stride + MapArgs.At(map, y, pixel - y * args.Output.Width, Channel(args, row, i));
    }

    private static void Store(ArrayView<float> arena, NormalizationArgs args, int row, int i, float gradient)
    {
        int pixel = Pixel(args, row, i);
        int y = pixel / args.Output.Width;
        int position = Place(args, args.Output, row, i);
        arena[position] = GradientArgs.Complete(
            arena, args.Gradient, gradient, Sample(args, row) * args.Samples.Stride, position, y, pixel - y * args.Output.Width, Channel(args, row, i));
    }

    private static float Mean<TTeam>(ArrayView<float> arena, NormalizationArgs args, int row, int length)
        where TTeam : IRowTeam
    {
        float sum = 0;
        for (int i = TTeam.Member; i < length; i += TTeam.Members)
            sum += arena[Place(args, args.Input, row, i)];
        return TTeam.Sum(sum) / length;
    }

    private static float Deviation<TTeam>(ArrayView<float> arena, NormalizationArgs args, int row, int length, float mean)
        where TTeam : IRowTeam
    {
        float sum = 0;
        for (int i = TTeam.Member; i < length; i += TTeam.Members)
        {
            float difference = arena[Place(args, args.Input, row, i)] - mean;
            sum += difference * difference;
        }

        return MathF.Sqrt(TTeam.Sum(sum) / length + args.Epsilon);
    }

    private static float NeighbourhoodDenominator(ArrayView<float> arena, NormalizationArgs args, int row, int c)
    {
        float sum = 0;
        int last = Least(c + (args.Size - 1) / 2, args.Output.Channels - 1);
        for (int j = Positive(c - args.Size / 2); j <= last; j++)
        {
            float x = arena[Place(args, args.Input, row, j)];
            sum += x * x;
        }

        return args.K + args.Alpha / args.Size * sum;
    }

    private static int Least(int a, int b) => a < b ? a : b;

    private static int Positive(int a) => a < 0 ? 0 : a;
}
