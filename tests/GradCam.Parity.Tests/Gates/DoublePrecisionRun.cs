using GradCam.Reference;

namespace GradCam.Parity.Tests.Gates;

/// <summary>
/// A forward pass in double precision beside one in float32. A gate is the side of a kink that a value lies on (relu, clip, hardswish) or the pixel that a
/// max pool takes. Where a value lies within rounding of a kink, float32 may see the other side, and a path of the gradient is open instead of closed: such a
/// value is moved to double precision's side, by no more than <see cref="Rounding"/>, so that all that is left of the difference between the two is the
/// rounding of the kernels.
/// </summary>
internal sealed class DoublePrecisionRun
{
    /// <summary>The largest move, relative to the tensor's largest value. What is farther off is a fault, not rounding.</summary>
    private const double Rounding = 1e-5;

    /// <summary>Derivatives at the two sides of a kink differ by more; those of smooth stretches, within rounding, by less.</summary>
    private const double Jump = 1e-2;

    [ThreadStatic]
    private static DoublePrecisionRun? _current;

    private readonly ReferenceWorkspace _workspace;

    public DoublePrecisionRun(ReferenceWorkspace workspace, ReferenceWeights weights)
    {
        _workspace = workspace;
        Exact = new ReferenceBackend(workspace, weights);
    }

    /// <summary>The run that the calling thread is in.</summary>
    public static DoublePrecisionRun? Current => _current;

    public ReferenceBackend Exact { get; }

    /// <summary>Gates that were compared.</summary>
    public long Gates { get; private set; }

    /// <summary>Gates that were set.</summary>
    public int Moved { get; private set; }

    /// <summary>Runs a forward pass in float32 with this one beside it.</summary>
    public void Beside(Action forward)
    {
        _current = this;
        try
        {
            forward();
        }
        finally
        {
            _current = null;
        }
    }

    /// <summary>Gives a tensor, from which an activation's derivative is computed, the gates of double precision.</summary>
    public void Agree<TBackend>(ref TBackend backend, in Activation activation, in Tensor saved)
        where TBackend : struct, IBackend
    {
        if (activation.Kind == ActivationKind.None)
            return;
        float[] found = new float[saved.Length];
        backend.Read(saved, found);
        double[] exact = _workspace.Load(saved);
        Gates += found.Length;
        bool changed = false;
        for (int i = 0; i < found.Length; i++)
        {
            double wanted = Derivative(activation, exact[i]);
            if (Math.Abs(Derivative(activation, found[i]) - wanted) <= Jump)
                continue;
            RequireRounding(found[i], exact);
            float rounded = (float)exact[i];
            float[] sides = [rounded, MathF.BitIncrement(rounded), MathF.BitDecrement(rounded)];
            Activation kind = activation;
            found[i] = sides.First(side => Math.Abs(Derivative(kind, side) - wanted) <= Jump);
            Moved++;
            changed = true;

            void RequireRounding(float value, double[] map)
            {
                double largest = map.Max(Math.Abs);
                if (!(Math.Abs(value - map[i]) <= Rounding * largest))
                    throw new InvalidOperationException($"{value} is {map[i]} in double precision, of a tensor up to {largest}: no rounding.");
            }
        }

        if (changed)
            backend.Write(found, TensorLayout.Hwc, saved);
    }

    /// <summary>Makes the first largest value of each window the one of double precision.</summary>
    public void AgreeOnMaxima<TBackend>(ref TBackend backend, in Window window, in Tensor input, in Tensor output)
        where TBackend : struct, IBackend
    {
        float[] found = new float[input.Length];
        backend.Read(input, found);
        double[] exact = _workspace.Load(input);
        Gates += output.Length;
        bool changed = false;
        for (int p = 0; p < output.Pixels; p++)
        {
            for (int c = 0; c < output.Channels; c++)
            {
                (int firstFound, int firstExact) = (-1, -1);
                for (int tap = 0; tap < window.Kernel.Height * window.Kernel.Width; tap++)
                {
                    int y = p / output.Width * window.Stride.Height - window.Pad.Top + tap / window.Kernel.Width * window.Dilation.Height;
                    int x = p % output.Width * window.Stride.Width - window.Pad.Left + tap % window.Kernel.Width * window.Dilation.Width;
                    if (y < 0 || y >= input.Height || x < 0 || x >= input.Width)
                        continue;
                    int place = (y * input.Width + x) * input.Channels + c;
                    if (firstFound < 0 || found[place] > found[firstFound])
                        firstFound = place;
                    if (firstExact < 0 || exact[place] > exact[firstExact])
                        firstExact = place;
                }

                if (firstFound == firstExact)
                    continue;
                double largest = exact.Max(Math.Abs);
                if (!(Math.Abs(found[firstFound] - exact[firstExact]) <= Rounding * largest
                    && Math.Abs(found[firstExact] - exact[firstExact]) <= Rounding * largest))
                {
                    throw new InvalidOperationException(
                        $"The maximum {found[firstFound]} is {exact[firstExact]} in double precision and elsewhere: no rounding.");
                }

                found[firstExact] = MathF.BitIncrement(found[firstFound]);
                Moved++;
                changed = true;
            }
        }

        if (changed)
            backend.Write(found, TensorLayout.Hwc, input);
    }

    private static double Derivative(in Activation activation, double saved) => activation.GradientFromOutput
        ? ReferenceActivation.DerivativeFromOutput(activation, saved)
        : ReferenceActivation.Derivative(activation, saved);
}
