using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Conv.Algorithm;

namespace GradCam.Cpu.Conv.Winograd;

/// <summary>
/// U = G g G^T for WebAssembly, where each instruction counts, and so does each that has to be compiled: in single precision, which adds about as much rounding
/// as there is in the transform of inputs, four channels side by side, with one loop for columns and rows. G's pairs of rows for the points p and -p are made
/// of the same two terms.
/// </summary>
internal static unsafe class WasmKernelTransform
{
    /// <summary>Inputs that are transformed together: some kilobytes on the stack.</summary>
    private const int BatchInputs = 16;

    private const int VectorFloats = 4;
    private const int VectorBytes = VectorFloats * sizeof(float);
    private const int KernelTaps = 9;
    private const int MostColumns = 6 * 3;

    /// <summary>Transforms some inputs of a panel.</summary>
    /// <param name="source">Their kernels, inputs x channels x 9.</param>
    /// <param name="tile">How they lie.</param>
    /// <param name="order">The taps in the order of the convolution.</param>
    /// <param name="g">The matrix G.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="channels">Channels of the panel that exist.</param>
    /// <param name="destination">The first input's first coefficients, in [coefficients][all inputs][stride].</param>
    /// <param name="stride">Channels of the panel, with those that fill its last vector.</param>
    /// <param name="allInputs">Inputs of the panel.</param>
    public static void Run(
        float* source, KernelTile tile, int[] order, double[] g, int inputs, int channels, float* destination, int stride, int allInputs)
    {
        int size = g.Length / 3;
        int* taps = stackalloc int[KernelTaps];
        for (int tap = 0; tap < KernelTaps; tap++)
            taps[tap] = order[tap] * sizeof(float);
        float* absent = stackalloc float[KernelTaps];
        new Span<float>(absent, KernelTaps).Clear();
        nint* kernels = stackalloc nint[VectorFloats];
        nint* steps = stackalloc nint[VectorFloats];
        float* gathered = stackalloc float[BatchInputs * KernelTaps * VectorFloats];
        float* columns = stackalloc float[BatchInputs * MostColumns * VectorFloats];
        int inputBytes = stride * sizeof(float);
        int coefficientBytes = allInputs * inputBytes;
        int columnsBytes = size * 3 * VectorBytes;
        for (int channel = 0; channel < stride; channel += VectorFloats)
        {
            // Lanes of channels that do not exist read zeros.
            for (int lane = 0; lane < VectorFloats; lane++)
            {
                bool exists = channel + lane < channels;
                kernels[lane] = (nint)(exists ? source + (channel + lane) * tile.OutputStride : absent);
                steps[lane] = exists ? tile.InputStride * sizeof(float) : 0;
            }

            for (int first = 0; first < inputs; first += BatchInputs)
            {
                int count = Math.Min(BatchInputs, inputs - first);
                Gather(kernels, steps, taps, count, gathered);
                // The columns of each g, then the rows of each G g.
                Apply(
                    g, (nint)gathered, 3 * VectorBytes, (KernelTaps * VectorBytes, VectorBytes),
                    (nint)columns, 3 * VectorBytes, (columnsBytes, VectorBytes), (count, 3));
                Apply(
                    g, (nint)columns, VectorBytes, (columnsBytes, 3 * VectorBytes),
                    (nint)(destination + first * stride + channel), coefficientBytes, (inputBytes, size * coefficientBytes), (count, size));
            }
        }
    }

    /// <summary>The taps of four kernels side by side, for some inputs, each of which moves the kernels on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(nint* kernels, nint* steps, int* taps, int inputs, float* gathered)
    {
        nint a = kernels[0], b = kernels[1], c = kernels[2], d = kernels[3];
        nint to = (nint)gathered;
        for (int input = 0; input < inputs; input++)
        {
            for (int tap = 0; tap < KernelTaps; tap++)
            {
                // As integers: the interpreter has one instruction for a load at an offset of these alone.
                nint offset = taps[tap];
                Vector128.Create(*(int*)(a + offset), *(int*)(b + offset), *(int*)(c + offset), *(int*)(d + offset)).Store((int*)to);
                to += VectorBytes;
            }

            a += steps[0];
            b += steps[1];
            c += steps[2];
            d += steps[3];
        }

        (kernels[0], kernels[1], kernels[2], kernels[3]) = (a, b, c, d);
    }

    /// <summary>G times vectors of three elements, in two loops. All steps are in bytes.</summary>
    /// <param name="g">The matrix.</param>
    /// <param name="from">The first element of the first vector.</param>
    /// <param name="element">From an element to the next one.</param>
    /// <param name="fromSteps">To the next vector in the outer and in the inner loop.</param>
    /// <param name="to">The first element of the first product.</param>
    /// <param name="product">From an element of a product to the next one.</param>
    /// <param name="toSteps">To the next product in the outer and in the inner loop.</param>
    /// <param name="counts">Turns of the outer and of the inner loop.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(
        double[] g, nint from, int element, (int Outer, int Inner) fromSteps, nint to, int product, (int Outer, int Inner) toSteps,
        (int Outer, int Inner) counts)
    {
        Vector128<float> g0 = Vector128.Create((float)g[0]);
        Vector128<float> a0 = Vector128.Create((float)g[3]), a1 = Vector128.Create((float)g[4]), a2 = Vector128.Create((float)g[5]);
        Vector128<float> b0 = Vector128.Create((float)g[9]), b1 = Vector128.Create((float)g[10]), b2 = Vector128.Create((float)g[11]);
        bool hasTwoPairs = g.Length > 4 * 3;
        int fromStep = fromSteps.Inner, toStep = toSteps.Inner;
        for (int outer = 0; outer < counts.Outer; outer++)
        {
            nint vector = from, row = to;
            for (int inner = counts.Inner; inner > 0; inner--)
            {
                Vector128<float> x0 = Vector128.Load((float*)vector);
                Vector128<float> x1 = Vector128.Load((float*)(vector + element));
                Vector128<float> x2 = Vector128.Load((float*)(vector + 2 * element));
                nint target = row;
                (x0 * g0).Store((float*)target);
                target += product;
                Vector128<float> even = x0 * a0 + x2 * a2, odd = x1 * a1;
                (even + odd).Store((float*)target);
                target += product;
                (even - odd).Store((float*)target);
                target += product;
                if (hasTwoPairs)
                {
                    even = x0 * b0 + x2 * b2;
                    odd = x1 * b1;
                    (even + odd).Store((float*)target);
                    target += product;
                    (even - odd).Store((float*)target);
                    target += product;
                }

                x2.Store((float*)target);
                vector += fromStep;
                row += toStep;
            }

            from += fromSteps.Outer;
            to += toSteps.Outer;
        }
    }
}
