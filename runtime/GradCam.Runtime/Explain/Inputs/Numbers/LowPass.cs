using GradCam.Numerics;

namespace GradCam.Explain.Inputs.Numbers;

/// <summary>Leaves the low frequencies of a map: those of its discrete Fourier transform within a disc.</summary>
internal static class LowPass
{
    /// <summary>Filters in place.</summary>
    /// <param name="map">[height, width].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="radius">The disc's radius in waves a pixel; from half a wave a pixel and the diagonal on nothing is taken away.</param>
    public static void Run(Span<double> map, int height, int width, double radius)
    {
        // A map of real numbers: half of the frequencies along a row say it all. F[ky, kx], ky from -top to top, kx from 0 to right.
        int right = Math.Min((int)(radius * width), width / 2);
        int top = Math.Min((int)(radius * height), height / 2);
        (double[] cosX, double[] sinX) = Table(width);
        (double[] cosY, double[] sinY) = Table(height);
        double[] rowsReal = new double[height * (right + 1)];
        double[] rowsImaginary = new double[height * (right + 1)];
        for (int y = 0; y < height; y++)
        {
            for (int k = 0; k <= right; k++)
            {
                (double real, double imaginary) = (0, 0);
                for (int x = 0, turn = 0; x < width; x++, turn = Next(turn, k, width))
                {
                    real += map[y * width + x] * cosX[turn];
                    imaginary -= map[y * width + x] * sinX[turn];
                }

                (rowsReal[y * (right + 1) + k], rowsImaginary[y * (right + 1) + k]) = (real, imaginary);
            }
        }

        // Down the columns and back at once: only what is in the disc.
        double[] real2 = new double[height * (right + 1)];
        double[] imaginary2 = new double[height * (right + 1)];
        for (int kx = 0; kx <= right; kx++)
        {
            for (int ky = -top; ky <= top; ky++)
            {
                // Of an even height, the waves of half its length are one, whatever their sign.
                if (2 * ky == -height || Square((double)ky / height) + Square((double)kx / width) > radius * radius)
                    continue;
                int k = (ky + height) % height;
                (double real, double imaginary) = (0, 0);
                for (int y = 0, turn = 0; y < height; y++, turn = Next(turn, k, height))
                {
                    (double a, double b) = (rowsReal[y * (right + 1) + kx], rowsImaginary[y * (right + 1) + kx]);
                    real += a * cosY[turn] + b * sinY[turn];
                    imaginary += b * cosY[turn] - a * sinY[turn];
                }

                for (int y = 0, turn = 0; y < height; y++, turn = Next(turn, k, height))
                {
                    real2[y * (right + 1) + kx] += (real * cosY[turn] - imaginary * sinY[turn]) / height;
                    imaginary2[y * (right + 1) + kx] += (imaginary * cosY[turn] + real * sinY[turn]) / height;
                }
            }
        }

        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double sum = 0;
                for (int k = 0; k <= right; k++)
                {
                    int turn = (int)((long)k * x % width);
                    double part = real2[y * (right + 1) + k] * cosX[turn] - imaginary2[y * (right + 1) + k] * sinX[turn];
                    sum += k == 0 || 2 * k == width ? part : 2 * part;
                }

                map[y * width + x] = sum / width;
            }
        }
    }

    private static int Next(int turn, int step, int size) => turn + step >= size ? turn + step - size : turn + step;

    private static double Square(double x) => x * x;

    private static (double[] Cos, double[] Sin) Table(int size)
    {
        double[] cos = new double[size];
        double[] sin = new double[size];
        for (int i = 0; i < size; i++)
            (cos[i], sin[i]) = (PortableMath.CosOfTurns((double)i / size), PortableMath.SinOfTurns((double)i / size));
        return (cos, sin);
    }
}
