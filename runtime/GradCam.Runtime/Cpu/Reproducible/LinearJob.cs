using System.Numerics;
using System.Runtime.CompilerServices;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Reproducible;

/// <summary>
/// y = W x + bias: 16 sums, of every sixteenth product each, and then their sum from the first to the last in double precision. In pieces of outputs.
/// </summary>
internal unsafe struct LinearJob : IParallelJob
{
    /// <summary>As many as the widest vectors have lanes; narrower ones take turns.</summary>
    private const int Sums = 16;

    /// <summary>Floats of the matrix that a piece reads.</summary>
    private const int PieceLength = 1 << 15;

    private float* _matrix;
    private float* _bias;
    private float* _input;
    private float* _output;
    private int _inputs;
    private int _outputs;
    private int _pieceOutputs;

    public static void Run(Team team, ReproducibleLinear layer, float* input, float* output)
    {
        var job = new LinearJob
        {
            _matrix = layer.Matrix,
            _bias = layer.Bias,
            _input = input,
            _output = output,
            _inputs = layer.Inputs,
            _outputs = layer.Outputs,
            _pieceOutputs = Math.Clamp(PieceLength / layer.Inputs, 1, layer.Outputs),
        };
        team.For((layer.Outputs + job._pieceOutputs - 1) / job._pieceOutputs, job);
    }

    public readonly void Run(int index, int worker)
    {
        int end = Math.Min((index + 1) * _pieceOutputs, _outputs);
        for (int o = index * _pieceOutputs; o < end; o++)
            _output[o] = (float)(_bias[o] + Dot(_matrix + (nint)o * _inputs, _input, _inputs));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(float* x, float* y, int length)
    {
        float* sums = stackalloc float[Sums];
        new Span<float>(sums, Sums).Clear();
        int width = Vector<float>.Count;
        int i = 0;
        if (width is Sums or Sums / 2 or Sums / 4)
        {
            Vector<float> a = default, b = default, c = default, d = default;
            for (; i <= length - Sums; i += Sums)
            {
                float* left = x + i, right = y + i;
                a += Vector.Load(left) * Vector.Load(right);
                if (width < Sums)
                    b += Vector.Load(left + width) * Vector.Load(right + width);
                if (width < Sums / 2)
                {
                    c += Vector.Load(left + 2 * width) * Vector.Load(right + 2 * width);
                    d += Vector.Load(left + 3 * width) * Vector.Load(right + 3 * width);
                }
            }

            a.Store(sums);
            if (width < Sums)
                b.Store(sums + width);
            if (width < Sums / 2)
            {
                c.Store(sums + 2 * width);
                d.Store(sums + 3 * width);
            }
        }

        for (; i < length; i++)
            sums[i % Sums] += x[i] * y[i];
        double sum = 0;
        for (int lane = 0; lane < Sums; lane++)
            sum += sums[lane];
        return sum;
    }
}
