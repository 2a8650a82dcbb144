using GradCam.Planning;

namespace GradCam.Explain.Runs;

/// <summary>
/// H A: the derivative, along a layer's activations A, of a target's gradient there. Where the outputs z are piecewise linear in A, with Jacobian J, it is
/// J^T (d^2 y / dz^2) (J A): J A, then what the target makes of it, then a backward slice.
/// </summary>
internal sealed class LayerCurvature(Executor session, ForwardRun pass, Seeds seeds, RunCounter counter)
{
    /// <summary>A class of less has no part in how a softmax bends.</summary>
    private const float LeastProbability = 1e-9f;

    private readonly double[] _derivatives = new double[session.Info.Logits.Channels];
    private readonly float[] _probabilities = new float[session.Info.Logits.Channels];
    private readonly int[] _class = new int[1];
    private float[] _buffer = [];
    private double[] _means = [];

    /// <summary>Computes it.</summary>
    /// <returns>[pixels, channels], valid until the next call.</returns>
    /// <exception cref="NotSupportedException">The target's curvature is not known, or the explained output is a map.</exception>
    public ReadOnlyMemory<float> Along(Target target, int layer, ReadOnlySpan<float> activations, LayerTail tail, CamMethod method)
    {
        LayerInfo info = session.Info.Layers[layer];
        if (session.Info.Outputs[0].IsMap || !info.Influences(0))
        {
            throw new NotSupportedException(
                $"{method} needs an output of logits that the layer '{info.Name}' influences; the first one of {session.Info.Name} is none.");
        }


        if (info.HasSuffix && tail >= LayerTail.Linear)
            DeriveByDifference(layer, activations);
        else
            DeriveByClasses(layer, activations, tail);
        if (!seeds.TryAddCurvature(target, pass, _derivatives))
        {
            throw new NotSupportedException(
                $"{method} knows no second derivative of the target '{target}'; it takes logits, probabilities, log-probabilities, ReST and their sums.");
        }


        seeds.Write(session, layer, pass.Sample);
        session.Run(new SchedulePass { Kind = PassKind.SeededBackward, Layer = layer }, pass.Sample);
        return Read(info.SeededGradient);
    }

    /// <summary>Of a linear tail, z(A) - z(0).</summary>
    private void DeriveByDifference(int layer, ReadOnlySpan<float> activations)
    {
        var suffix = new SchedulePass { Kind = PassKind.Suffix, Layer = layer };
        Span<float> values = Reserve(activations.Length);
        try
        {
            values.Clear();
            session.WriteActivation(layer, values, pass.Sample);
            session.Run(suffix, pass.Sample);
            ReadOnlySpan<float> atZero = Read(session.Info.Logits).Span;
            ReadOnlySpan<float> logits = pass.Output(0).Values;
            for (int i = 0; i < _derivatives.Length; i++)
                _derivatives[i] = (double)logits[i] - atZero[i];
        }
        finally
        {
            session.WriteActivation(layer, activations, pass.Sample);
            session.Run(suffix, pass.Sample);
        }
    }

    /// <summary>Of any piecewise linear tail, each class's gradient times A.</summary>
    private void DeriveByClasses(int layer, ReadOnlySpan<float> activations, LayerTail tail)
    {
        LayerInfo info = session.Info.Layers[layer];
        bool bySums = tail == LayerTail.PooledLinear && !info.GradientSums.IsEmpty;
        ReadOnlySpan<double> sums = bySums ? Means(activations, info.Activation) : [];
        ProbabilityMath.Compute(pass.Arithmetic, pass.Output(0).Values, session.Info.Outputs[0].Head, _probabilities);
        for (int i = 0; i < _derivatives.Length; i++)
        {
            _derivatives[i] = 0;
            // NaN counts.
            if (_probabilities[i] < LeastProbability)
                continue;
            counter.Check();
            _class[0] = i;
            session.Run(new SchedulePass { Kind = bySums ? PassKind.GradientSums : PassKind.Backward, Layer = layer, Classes = _class, Seed = 1 }, pass.Sample);
            ReadOnlySpan<float> gradient = Read(bySums ? info.GradientSums : info.Gradient).Span;
            double derivative = 0;
            for (int j = 0; j < gradient.Length; j++)
                derivative += gradient[j] * (bySums ? sums[j] : activations[j]);
            _derivatives[i] = derivative;
        }
    }

    /// <summary>Means over the pixels: the gradient is the same all over a channel.</summary>
    private ReadOnlySpan<double> Means(ReadOnlySpan<float> activations, Tensor shape)
    {
        if (_means.Length < shape.Channels)
            _means = new double[shape.Channels];
        Span<double> means = _means.AsSpan(0, shape.Channels);
        means.Clear();
        for (int i = 0; i < activations.Length; i++)
            means[i % shape.Channels] += activations[i] / (double)shape.Pixels;
        return means;
    }

    private ReadOnlyMemory<float> Read(in Tensor tensor)
    {
        session.Read(tensor, Reserve(tensor.Length), pass.Sample);
        return _buffer.AsMemory(0, tensor.Length);
    }

    private Span<float> Reserve(int length)
    {
        if (_buffer.Length < length)
            _buffer = new float[length];
        return _buffer.AsSpan(0, length);
    }
}
