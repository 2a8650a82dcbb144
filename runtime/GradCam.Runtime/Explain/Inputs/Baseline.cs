using System.Globalization;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Images;

namespace GradCam;

/// <summary>The input x' that says nothing, with which an input is compared, or which stands where an input is covered.</summary>
public abstract class Baseline
{
    /// <summary>What <see cref="FromWords"/> reads.</summary>
    internal const string Words = "zero, black, white, mean-color, noise, blurred PIXELS or constant NUMBER";

    private protected Baseline()
    {
    }

    /// <summary>Zeros, after the normalising: the mean colour of the training photos, where the network's preprocessing subtracts it.</summary>
    public static Baseline Zero { get; } = new OneNumber(0);

    /// <summary>A black photo, as the network's preprocessing makes it an input.</summary>
    public static Baseline Black { get; } = new Gray(0);

    /// <summary>A white photo, as the network's preprocessing makes it an input.</summary>
    public static Baseline White { get; } = new Gray(255);

    /// <summary>The mean of each of the input's channels.</summary>
    public static Baseline MeanColor { get; } = new ChannelMeans();

    /// <summary>Uniform noise from each channel's smallest value to its largest, another in every draw; of the run's seed.</summary>
    public static Baseline Noise { get; } = new UniformNoise();

    /// <summary>The input, blurred.</summary>
    /// <param name="sigma">The Gaussian's standard deviation in pixels, from 0 to 10,000.</param>
    public static Baseline Blurred(double sigma) => sigma is >= 0 and <= 10_000
        ? new Blur(sigma)
        : throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "Expected 0 to 10000 pixels.");

    /// <summary>One number, after the normalising.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    public static Baseline Constant(float value) => float.IsFinite(value)
        ? new OneNumber(value)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a finite number.");

    /// <summary>An input of the caller's.</summary>
    /// <param name="tensor">As many floats as the network's input; copied.</param>
    /// <param name="layout">The order of the floats.</param>
    public static Baseline FromTensor(ReadOnlySpan<float> tensor, TensorLayout layout) => layout is TensorLayout.Chw or TensorLayout.Hwc
        ? new Given(tensor.ToArray(), layout)
        : throw new ArgumentOutOfRangeException(nameof(layout), layout, "Expected Chw or Hwc.");

    /// <summary>What <see cref="object.ToString"/> says, but for a tensor, whose numbers are not in its words; null for anything else.</summary>
    internal static Baseline? FromWords(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [var word])
            return Named.FirstOrDefault(baseline => string.Equals(baseline.ToString(), word, StringComparison.OrdinalIgnoreCase));
        if (words is not [var kind, var size] || !double.TryParse(size, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            return null;
        return kind.ToLowerInvariant() switch
        {
            "blurred" when number is >= 0 and <= 10_000 => Blurred(number),
            "constant" when float.Parse(size, NumberStyles.Float, CultureInfo.InvariantCulture) is var value && float.IsFinite(value) => Constant(value),
            _ => null,
        };
    }

    /// <summary>Makes it.</summary>
    /// <param name="run">The run, with the input.</param>
    /// <param name="draw">Which draw, of a random one.</param>
    /// <param name="destination">Packed [height, width, channels].</param>
    internal abstract void Fill(InputRun run, int draw, Span<float> destination);

    /// <summary>Whether every draw is another.</summary>
    internal virtual bool IsRandom => false;

    private static Baseline[] Named => [Zero, Black, White, MeanColor, Noise];

    private sealed class OneNumber(float value) : Baseline
    {
        public override string ToString() => value == 0 ? "zero" : string.Create(CultureInfo.InvariantCulture, $"constant {value}");

        internal override void Fill(InputRun run, int draw, Span<float> destination) => destination.Fill(value);
    }

    private sealed class Gray(float pixel) : Baseline
    {
        public override string ToString() => pixel == 0 ? "black" : "white";

        internal override void Fill(InputRun run, int draw, Span<float> destination)
        {
            ImagePreprocessing preprocessing = run.Info.Preprocessing;
            int channels = run.Shape.Channels;
            if (run.Info.PreprocessingOrigin == PreprocessingOrigin.TensorsOnly || !IsOf(preprocessing.Mean) || !IsOf(preprocessing.StandardDeviation))
            {
                throw new InvalidOperationException(
                    $"{run.Info.Name} takes prepared tensors alone, so nothing says what a {(pixel == 0 ? "black" : "white")} photo is: " +
                    "take Baseline.Constant or Baseline.FromTensor.");
            }

            for (int c = 0; c < channels; c++)
            {
                float mean = preprocessing.Mean.Count > 0 ? preprocessing.Mean[c] : 0;
                float deviation = preprocessing.StandardDeviation.Count > 0 ? preprocessing.StandardDeviation[c] : 1;
                float value = (pixel * preprocessing.Scale - mean) / deviation;
                for (int i = c; i < destination.Length; i += channels)
                    destination[i] = value;
            }

            // Of several inputs, one that no photo becomes has other channels than photos are said to have.
            bool IsOf(IReadOnlyList<float> numbers) => channels is 1 or 3 && (numbers.Count == 0 || numbers.Count == channels);
        }
    }

    private sealed class ChannelMeans : Baseline
    {
        public override string ToString() => "mean-color";

        internal override void Fill(InputRun run, int draw, Span<float> destination)
        {
            int channels = run.Shape.Channels;
            for (int c = 0; c < channels; c++)
            {
                double sum = 0;
                for (int i = c; i < destination.Length; i += channels)
                    sum += run.Input[i];
                float mean = (float)(sum / run.Shape.Pixels);
                for (int i = c; i < destination.Length; i += channels)
                    destination[i] = mean;
            }
        }
    }

    private sealed class UniformNoise : Baseline
    {
        public override string ToString() => "noise";

        internal override bool IsRandom => true;

        internal override void Fill(InputRun run, int draw, Span<float> destination)
        {
            int channels = run.Shape.Channels;
            for (int c = 0; c < channels; c++)
            {
                (float least, float most) = (float.PositiveInfinity, float.NegativeInfinity);
                for (int i = c; i < destination.Length; i += channels)
                    (least, most) = (MathF.Min(least, run.Input[i]), MathF.Max(most, run.Input[i]));
                for (int i = c; i < destination.Length; i += channels)
                    destination[i] = (float)(least + run.Random.Uniform(RandomStream.Baseline + (ulong)draw, (ulong)i) * ((double)most - least));
            }
        }
    }

    private sealed class Blur(double sigma) : Baseline
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"blurred {sigma}");

        internal override void Fill(InputRun run, int draw, Span<float> destination)
        {
            double[] source = Doubles.Of(run.Input);
            double[] blurred = new double[source.Length];
            new GaussianBlur(run.Shape.Height, run.Shape.Width, run.Shape.Channels).Run(source, sigma, blurred);
            Doubles.Round(blurred, destination);
        }
    }

    private sealed class Given(float[] values, TensorLayout layout) : Baseline
    {
        public override string ToString() => $"tensor {Sha256.OfFloats(values)} {layout}";

        internal override void Fill(InputRun run, int draw, Span<float> destination) => run.Prepare(values, layout, destination);
    }
}
