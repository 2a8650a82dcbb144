using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Maps;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// A method that masks the input with each channel of the layer: w is the softmax over channels of the mean score of a channel's runs. y of the unmasked
    /// input, which some take away, cancels in the softmax.
    /// </summary>
    private abstract class MaskMethod(int mostChannels, int parts, string name, string key, string formula, int year, string paper, string parameters)
        : RerunMethod(name, key, formula, year, paper, MethodNeeds.Activations | MethodNeeds.ForwardPasses, parameters)
    {
        /// <summary>Runs a channel.</summary>
        private protected int Parts => parts;

        /// <summary>How many channels at most.</summary>
        private protected int MostChannels => mostChannels;

        internal sealed override void Compute(MethodRun run)
        {
            int[] channels = Channels(run);
            var masks = new ActivationMasks(run);
            double[] scores = new double[PassLimit.Of(this, run.Info, (long)channels.Length * parts)];
            run.Plan(scores.Length);
            run.Score((number, values) => Write(run, masks, channels[number / parts], number, values), scores);
            double[] means = new double[channels.Length];
            for (int i = 0; i < means.Length; i++)
                means[i] = run.Arithmetic.Sum(scores.AsSpan(i * parts, parts)) / parts;
            Softmax(run.Arithmetic, means, means);
            double[] weights = new double[run.Shape.Channels];
            for (int i = 0; i < channels.Length; i++)
                weights[channels[i]] = means[i];
            run.Maps.WeightedSum(run.Maps.Write(weights));
        }

        /// <summary>Makes a masked input.</summary>
        /// <param name="run">The run.</param>
        /// <param name="masks">The layer's masks.</param>
        /// <param name="channel">The channel.</param>
        /// <param name="number">The run's number of all; of the channel's, what it leaves divided by <see cref="Parts"/>.</param>
        /// <param name="values">The input.</param>
        private protected abstract void Write(MethodRun run, ActivationMasks masks, int channel, int number, Span<float> values);

        /// <summary>All channels, or those of the largest deviation, in the layer's order.</summary>
        private int[] Channels(MethodRun run)
        {
            int count = run.Shape.Channels;
            int[] all = [.. Enumerable.Range(0, count)];
            if (mostChannels >= count)
                return all;
            ChannelNumbers means = run.Maps.PerChannel<MeanFormula>(run.Maps.ActivationSums(), scalar: -run.Maps.Pixels);
            double[] variances = [.. run.Maps.Read(run.Maps.SumOverPixels<SquaredDeviationTerm>(means))];
            return [.. all.OrderByDescending(c => variances[c]).Take(mostChannels).Order()];
        }
    }

    private static string Describe(int mostChannels, string rest) =>
        mostChannels == int.MaxValue ? rest : string.Create(CultureInfo.InvariantCulture, $"channels {mostChannels}, {rest}");

    private static void CheckDeviation(double deviation)
    {
        if (!double.IsFinite(deviation) || deviation < 0)
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "Expected 0 or more.");
    }
}
