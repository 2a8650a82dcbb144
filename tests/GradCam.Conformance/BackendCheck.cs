using GradCam.Conformance.Cases;
using GradCam.Reference;

namespace GradCam.Conformance;

/// <summary>Compares a backend with the reference on a case: values, halo, and that nothing else was touched.</summary>
/// <param name="start">Makes a case's run on the backend.</param>
/// <param name="sameBits">Other runs that must give the same bits: with other numbers of threads, for example.</param>
public sealed class BackendCheck(Func<OperationCase, ICaseRun> start, params IReadOnlyList<Func<OperationCase, ICaseRun>> sameBits)
{
    /// <summary>What the tolerances of the cases are multiplied by.</summary>
    public double Slack { get; init; } = 1;

    /// <summary>Runs a case forward and backward.</summary>
    /// <param name="name">The operation.</param>
    /// <param name="seed">The case's seed.</param>
    /// <param name="withSameBits">Whether the other runs are compared too.</param>
    /// <returns>What is wrong; null if nothing.</returns>
    public string? Run(string name, int seed, bool withSameBits = false) => Run(name, seed, OperationCases.Create(name, seed), withSameBits);

    /// <summary>Runs a case whose maps are so large that kernels divide them into pieces, on all runs.</summary>
    public string? RunLarge(string name, int seed) => Run(name, seed, OperationCases.Create(name, seed, large: true), withSameBits: true);

    /// <summary>Runs a case that was made by hand.</summary>
    public string? Run(string name, int seed, OperationCase operation, bool withSameBits)
    {
        ArgumentNullException.ThrowIfNull(operation);
        try
        {
            string? problem = Compare(operation, out float[] workspace);
            if (withSameBits)
            {
                for (int i = 0; i < sameBits.Count; i++)
                    problem ??= CompareBits(operation, workspace, i);
            }

            return problem is null ? null : $"{name} seed {seed}: {problem}\n  {operation}";
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return $"{name} seed {seed}: {exception}\n  {operation}";
        }
    }

    private string? Compare(OperationCase operation, out float[] after)
    {
        float[] before = operation.Workspace;
        using ICaseRun tested = start(operation);
        var workspace = new ReferenceWorkspace(before.Length);
        var reference = new ReferenceBackend(workspace, new ReferenceWeights(operation.Weights.Select(w => Array.ConvertAll(w.Values, v => (double)v))));
        Copy(before, workspace);

        tested.Forward(before);
        operation.Forward(ref reference);
        after = tested.ReadWorkspace();
        string? problem = CheckWritten("forward", before, after, operation.Output, haloIsZeroed: true)
            ?? CheckValues("forward", after, workspace, operation.Output, operation.Tolerance * Slack)
            ?? CheckRead(tested, after, operation.Output);
        if (problem is not null || operation.InputGradient.IsEmpty)
            return problem;

        // Both backward passes start from the same floats, so that the forward pass's rounding does not decide on which side of a kink they are.
        before = after;
        Copy(before, workspace);
        tested.Backward();
        operation.Backward(ref reference);
        after = tested.ReadWorkspace();
        return CheckWritten("backward", before, after, operation.InputGradient, haloIsZeroed: !operation.Accumulate)
            ?? CheckValues("backward", after, workspace, operation.InputGradient, operation.BackwardTolerance * Slack);
    }

    private string? CompareBits(OperationCase operation, float[] expected, int other)
    {
        using ICaseRun tested = sameBits[other](operation);
        tested.Forward(operation.Workspace);
        if (!operation.InputGradient.IsEmpty)
            tested.Backward();
        float[] found = tested.ReadWorkspace();
        int difference = FirstDifference(expected, found);
        return difference < 0 ? null : $"run {other + 1} of the others gives {found[difference]} at {difference}, the first {expected[difference]}";
    }

    private static void Copy(float[] from, ReferenceWorkspace to)
    {
        for (int i = 0; i < from.Length; i++)
            to.Values[i] = from[i];
    }

    private static int FirstDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        for (int i = 0; i < a.Length; i++)
            if (BitConverter.SingleToInt32Bits(a[i]) != BitConverter.SingleToInt32Bits(b[i]))
                return i;
        return -1;
    }

    /// <summary>Zeroes of the halo, and no other change outside the map.</summary>
    private static string? CheckWritten(string pass, float[] before, float[] after, in Tensor written, bool haloIsZeroed)
    {
        float[] expected = (float[])before.Clone();
        for (int y = -written.Halo.Top; y < written.Height + written.Halo.Bottom; y++)
        {
            for (int x = -written.Halo.Left; x < written.Width + written.Halo.Right; x++)
            {
                bool onMap = y >= 0 && y < written.Height && x >= 0 && x < written.Width;
                for (int c = 0; c < written.Channels; c++)
                {
                    int position = ReferenceWorkspace.Position(written, y, x, c);
                    if (onMap)
                        expected[position] = after[position];
                    else if (haloIsZeroed && after[position] != 0)
                        return $"{pass}: the halo is {after[position]} at ({y}, {x}, {c})";
                    else if (haloIsZeroed)
                        expected[position] = after[position];
                }
            }
        }

        int difference = FirstDifference(expected, after);
        if (difference < 0)
            return null;
        int row = Math.DivRem(difference - written.Offset, written.RowStride, out int rest);
        return $"{pass}: {expected[difference]} became {after[difference]} outside the output, at {difference} (row {row}, pixel {rest / written.PixelStride}, "
            + $"channel {rest % written.PixelStride} from the output's start)";
    }

    private static string? CheckValues(string pass, float[] actual, ReferenceWorkspace expected, in Tensor tensor, double tolerance)
    {
        double[] map = expected.Load(tensor);
        double scale = map.Where(double.IsFinite).Select(Math.Abs).Append(1).Max();
        double worst = 0;
        string? problem = null;
        int i = 0;
        for (int y = 0; y < tensor.Height; y++)
        {
            for (int x = 0; x < tensor.Width; x++)
            {
                for (int c = 0; c < tensor.Channels; c++)
                {
                    double wanted = map[i++];
                    double found = actual[ReferenceWorkspace.Position(tensor, y, x, c)];
                    if (wanted.Equals(found))
                        continue;
                    double error = Math.Abs(wanted - found) / scale;
                    if (error <= Math.Max(tolerance, worst))
                        continue;
                    problem = $"{pass}: ({y}, {x}, {c}) is {found}, expected {wanted}, error {error:g3} of {tolerance:g3}";
                    if (!double.IsFinite(error))
                        return problem;
                    worst = error;
                }
            }
        }

        return problem;
    }

    private static string? CheckRead(ICaseRun tested, float[] workspace, in Tensor tensor)
    {
        float[] read = tested.Read(tensor);
        int i = 0;
        for (int y = 0; y < tensor.Height; y++)
            for (int x = 0; x < tensor.Width; x++)
                for (int c = 0; c < tensor.Channels; c++)
                    if (!read[i++].Equals(workspace[ReferenceWorkspace.Position(tensor, y, x, c)]))
                        return $"read: ({y}, {x}, {c}) is {read[i - 1]}";
        return null;
    }
}
