using GradCam.Explain;
using GradCam.Explain.Maps;
using GradCam.Explain.Runs;
using GradCam.Numerics;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>Whether the method runs the network again: it then has a <see cref="MethodRun"/>.</summary>
    internal virtual bool Reruns => false;

    /// <summary>Makes what a session's methods run the network again with.</summary>
    internal virtual IRerun CreateRerun(Executor session, ForwardRun pass) => throw new NotSupportedException($"{this} does not run the network again.");

    /// <summary>Computes the raw map of a method that runs the network again.</summary>
    internal virtual void Compute(MethodRun run) => throw new NotSupportedException($"{this} does not run the network again.");

    /// <summary>A class's own target of this method; null for the logit.</summary>
    internal virtual Target? TargetOf(int classIndex) => null;

    /// <summary>
    /// Numbers that sum to 1, of which a larger score has the larger one: exp(s - max) over the sum. Scores that are not finite make all NaN.
    /// </summary>
    private static void Softmax(Arithmetic arithmetic, ReadOnlySpan<double> scores, Span<double> weights)
    {
        double largest = double.NegativeInfinity;
        foreach (double score in scores)
            largest = Math.Max(largest, score);
        double sum = 0;
        for (int i = 0; i < scores.Length; i++)
            sum += weights[i] = arithmetic.Exp(scores[i] - largest);
        for (int i = 0; i < scores.Length; i++)
            weights[i] /= sum;
    }

    /// <summary>A method that runs the network again.</summary>
    private abstract class RerunMethod(
        string name, string key, string formula, int year, string paper, MethodNeeds needs, string parameters)
        : CamMethod(name, key, formula, year, paper, needs, parameters)
    {
        internal sealed override bool Reruns => true;

        internal sealed override IRerun CreateRerun(Executor session, ForwardRun pass) => new MethodRun(session, pass);

        internal sealed override void Compute(IMapOperations maps) =>
            throw new NotSupportedException($"{this} runs the network again, and makes no map of one run's.");
    }
}
