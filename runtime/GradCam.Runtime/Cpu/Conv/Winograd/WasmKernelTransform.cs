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

    /// <summary>From a row of the kernels, or of their columns' products, to the next one.</summary>
    private const int RowBytes = BatchInputs * 3 * VectorBytes;

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
        float* absent = stackalloc float[KernelTaps];
        new Span<float>(absent, KernelTaps).Clear();
        nint* kernels = stackalloc nint[VectorFloats];
        nint* steps = stackalloc nint[VectorFloats];
        float* gathered = stackalloc float[KernelTaps * BatchInputs * VectorFloats];
        float* columns = stackalloc float[MostColumns * BatchInputs * VectorFloats];
        int inputBytes = stride * sizeof(float);
        int coefficientBytes = allInputs * inputBytes;
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
                Gather(kernels, steps, order, count, gathered);
                // The columns of each g, then the rows of each G g.
                Apply(g, (nint)gathered, RowBytes, VectorBytes, (nint)columns, RowBytes, VectorBytes, 3 * count);
                nint to = (nint)(destination + first * stride + channel);
                for (int row = 0; row < size; row++)
                {
                    Apply(
                        g, (nint)columns + row * RowBytes, VectorBytes, 3 * VectorBytes, to + row * size * coefficientBytes, coefficientBytes, inputBytes, count);
                }
            }
        }
    }

    /// <summary>
    /// The taps of four kernels side by side, for some inputs, each of which moves the kernels on: [rows][inputs][columns]. One loop, as each has to be
    /// compiled.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(nint* kernels, nint* steps, int[] order, int inputs, float* gathered)
    {
        nint a = kernels[0], b = kernels[1], c = kernels[2], d = kernels[3];
        nint stepA = steps[0], stepB = steps[1], stepC = steps[2], stepD = steps[3];
        nint tap0 = order[0] * sizeof(float), tap1 = order[1] * sizeof(float), tap2 = order[2] * sizeof(float);
        nint tap3 = order[3] * sizeof(float), tap4 = order[4] * sizeof(float), tap5 = order[5] * sizeof(float);
        nint tap6 = order[6] * sizeof(float), tap7 = order[7] * sizeof(float), tap8 = order[8] * sizeof(float);
        nint to = (nint)gathered;
        for (nint end = to + inputs * 3 * VectorBytes; to < end; to += 3 * VectorBytes)
        {
            // As integers: the interpreter has one instruction for a load at an offset of these alone.
            Vector128.Create(*(int*)(a + tap0), *(int*)(b + tap0), *(int*)(c + tap0), *(int*)(d + tap0)).Store((int*)to);
            Vector128.Create(*(int*)(a + tap1), *(int*)(b + tap1), *(int*)(c + tap1), *(int*)(d + tap1)).Store((int*)(to + VectorBytes));
            Vector128.Create(*(int*)(a + tap2), *(int*)(b + tap2), *(int*)(c + tap2), *(int*)(d + tap2)).Store((int*)(to + 2 * VectorBytes));
            nint row = to + RowBytes;
            Vector128.Create(*(int*)(a + tap3), *(int*)(b + tap3), *(int*)(c + tap3), *(int*)(d + tap3)).Store((int*)row);
            Vector128.Create(*(int*)(a + tap4), *(int*)(b + tap4), *(int*)(c + tap4), *(int*)(d + tap4)).Store((int*)(row + VectorBytes));
            Vector128.Create(*(int*)(a + tap5), *(int*)(b + tap5), *(int*)(c + tap5), *(int*)(d + tap5)).Store((int*)(row + 2 * VectorBytes));
            row += RowBytes;
            Vector128.Create(*(int*)(a + tap6), *(int*)(b + tap6), *(int*)(c + tap6), *(int*)(d + tap6)).Store((int*)row);
            Vector128.Create(*(int*)(a + tap7), *(int*)(b + tap7), *(int*)(c + tap7), *(int*)(d + tap7)).Store((int*)(row + VectorBytes));
            Vector128.Create(*(int*)(a + tap8), *(int*)(b + tap8), *(int*)(c + tap8), *(int*)(d + tap8)).Store((int*)(row + 2 * VectorBytes));
            a += stepA;
            b += stepB;
            c += stepC;
            d += stepD;
        }

        (kernels[0], kernels[1], kernels[2], kernels[3]) = (a, b, c, d);
    }

    /// <summary>G times vectors of three elements. All steps are in bytes.</summary>
    /// <param name="g">The matrix.</param>
    /// <param name="from">The first element of the first vector.</param>
    /// <param name="element">From an element to the next one.</param>
    /// <param name="fromStep">From a vector to the next one.</param>
    /// <param name="to">The first element of the first product.</param>
    /// <param name="product">From an element of a product to the next one.</param>
    /// <param name="toStep">From a product to the next one.</param>
    /// <param name="count">Vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(double[] g, nint from, int element, int fromStep, nint to, int product, int toStep, int count)
    {
        Vector128<float> g0 = Vector128.Create((float)g[0]);
        Vector128<float> a0 = Vector128.Create((float)g[3]), a1 = Vector128.Create((float)g[4]), a2 = Vector128.Create((float)g[5]);
        Vector128<float> b0 = Vector128.Create((float)g[9]), b1 = Vector128.Create((float)g[10]), b2 = Vector128.Create((float)g[11]);
        bool hasTwoPairs = g.Length > 4 * 3;
        for (; count > 0; count--)
        {
            Vector128<float> x0 = Vector128.Load((float*)from);
            Vector128<float> x1 = Vector128.Load((float*)(from + element));
            Vector128<float> x2 = Vector128.Load((float*)(from + 2 * element));
            nint target = to;
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
            from += fromStep;
            to += toStep;
        }
    }
}
