using GradCam.Conformance.Cases;
using GradCam.Reference;

namespace GradCam.Conformance;

/// <summary>The reference's backward form of a case against central differences of its forward form, both in double precision.</summary>
public static class FiniteDifferences
{
    private const double Step = 1e-5;
    private const double Tolerance = 1e-6;
    private const int Elements = 12;

    /// <summary>Differentiates by some elements of the input and compares.</summary>
    /// <returns>What is wrong; null if nothing.</returns>
    public static string? Check(string name, int seed)
    {
        OperationCase operation = OperationCases.Create(name, seed, smooth: true);
        if (operation.InputGradient.IsEmpty)
            return null;
        float[] initial = operation.Workspace;
        var workspace = new ReferenceWorkspace(initial.Length);
        var backend = new ReferenceBackend(workspace, new ReferenceWeights(operation.Weights.Select(w => Array.ConvertAll(w.Values, v => (double)v))));

        Reset();
        operation.Forward(ref backend);
        double[] lossGradient = operation.LossGradient(workspace);
        double[] before = operation.Accumulate ? workspace.Load(operation.InputGradient) : new double[operation.InputGradient.Length];
        double[] gate = operation.Gate.Output.IsEmpty ? [] : workspace.Load(operation.Gate.Output);
        operation.Backward(ref backend);
        double[] gradient = workspace.Load(operation.InputGradient);

        var random = new Random(seed);
        Tensor input = operation.Input;
        for (int n = 0; n < Math.Min(Elements, input.Length); n++)
        {
            int i = random.Next(input.Length);
            int pixel = i / input.Channels;
            int position = ReferenceWorkspace.Position(input, pixel / input.Width, pixel % input.Width, i % input.Channels);
            double expected = before[i] + (Loss(position, Step) - Loss(position, -Step)) / (2 * Step);
            if (gate.Length > 0)
                expected *= ReferenceActivation.DerivativeFromOutput(operation.Gate.Activation, gate[i]);
            if (!(Math.Abs(gradient[i] - expected) <= Tolerance * Math.Max(1, Math.Abs(expected))))
                return $"{name} seed {seed}: gradient {i} is {gradient[i]}, by differences {expected}\n  {operation}";
        }

        return null;

        void Reset()
        {
            for (int i = 0; i < initial.Length; i++)
                workspace.Values[i] = initial[i];
        }

        double Loss(int position, double step)
        {
            Reset();
            workspace.Values[position] += step;
            operation.Forward(ref backend);
            double[] output = workspace.Load(operation.Output);
            double loss = 0;
            for (int i = 0; i < output.Length; i++)
                if (lossGradient[i] != 0 && !double.IsInfinity(output[i]))
                    loss += lossGradient[i] * output[i];
            return loss;
        }
    }
}
