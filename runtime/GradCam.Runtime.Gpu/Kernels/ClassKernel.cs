using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="ClassKernel"/>.</summary>
internal struct ClassArgs
{
    /// <summary>In place of a class: it is in the device's memory.</summary>
    public const int OnDevice = 1 << 30;

    public SampleArgs Samples;

    /// <summary>A vector: a 1x1 map.</summary>
    public MapArgs Output;
    public GradientArgs Gradient;

    /// <summary>The class, or <see cref="OnDevice"/>.</summary>
    public int Class;

    /// <summary>The gradient at the class's logit, or NaN to take it from the device's memory, where it may be NaN.</summary>
    public float Seed;

    /// <summary>Floats from a class's row of the matrix to the next.</summary>
    public int RowLength;
}

/// <summary>What depends on the class that is explained: the start of a backward slice.</summary>
internal static class ClassKernel
{
    /// <summary>The gradient of the class's logit with respect to the logits.</summary>
    /// <param name="arena">All samples.</param>
    /// <param name="classes">A class and the bits of a seed, for each sample.</param>
    /// <param name="args">Where it goes.</param>
    public static void OneHot(ArrayView<float> arena, ArrayView<int> classes, ClassArgs args)
    {
        int channels = args.Output.Channels;
        for (int i = SampleArgs.Thread; i < args.Samples.Count * channels; i += SampleArgs.Threads)
        {
            int c = i % channels;
            int sample = i / channels;
            int position = sample * args.Samples.Stride + MapArgs.At(args.Output, 0, 0, c);
            arena[position] = c == ClassOf(classes, args, sample) ? SeedOf(classes, args, sample) : 0;
        }

        Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The seed times the class's row of a matrix.</summary>
    public static void Row(ArrayView<float> arena, ArrayView<float> matrix, ArrayView<int> classes, ClassArgs args)
    {
        int channels = args.Output.Channels;
        for (int i = SampleArgs.Thread; i < args.Samples.Count * channels; i += SampleArgs.Threads)
        {
            int c = i % channels;
            int sample = i / channels;
            int start = sample * args.Samples.Stride;
            int position = start + MapArgs.At(args.Output, 0, 0, c);
            float value = SeedOf(classes, args, sample) * matrix[ClassOf(classes, args, sample) * args.RowLength + c];
            arena[position] = GradientArgs.Complete(arena, args.Gradient, value, start, position, 0, 0, c);
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The class of a sample.</summary>
    public static int ClassOf(ArrayView<int> classes, ClassArgs args, int sample) => args.Class == ClassArgs.OnDevice ? classes[2 * sample] : args.Class;

    private static float SeedOf(ArrayView<int> classes, ClassArgs args, int sample) =>
        !float.IsNaN(args.Seed) ? args.Seed : Interop.IntAsFloat((uint)classes[2 * sample + 1]);
}
