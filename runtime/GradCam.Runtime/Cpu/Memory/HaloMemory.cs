using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradCam.Cpu.Memory;

/// <summary>The zeros around a feature map.</summary>
internal static unsafe class HaloMemory
{
    /// <summary>Zeroes a tensor's halo; of a slice, its own channels alone.</summary>
    /// <param name="first">Element (0, 0, 0).</param>
    /// <param name="tensor">The tensor.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clear(float* first, in Tensor tensor)
    {
        Edges halo = tensor.Halo;
        if (halo.IsEmpty)
            return;
        int width = halo.Left + tensor.Width + halo.Right;
        float* left = first - halo.Left * tensor.PixelStride;
        for (int y = -halo.Top; y < tensor.Height + halo.Bottom; y++)
        {
            float* row = left + (long)y * tensor.RowStride;
            if (y < 0 || y >= tensor.Height)
            {
                ClearPixels(row, width, tensor);
            }
            else
            {
                ClearPixels(row, halo.Left, tensor);
                ClearPixels(row + (long)(halo.Left + tensor.Width) * tensor.PixelStride, halo.Right, tensor);
            }
        }
    }

    /// <summary>Zeroes pixels of a row, of a tensor's channels.</summary>
    /// <param name="row">The first pixel.</param>
    /// <param name="pixels">How many.</param>
    /// <param name="tensor">The tensor.</param>
    public static void ClearPixels(float* row, int pixels, in Tensor tensor)
    {
        if (tensor.PixelStride == tensor.Channels)
        {
            NativeMemory.Clear(row, (nuint)pixels * (nuint)tensor.Channels * sizeof(float));
            return;
        }

        for (int x = 0; x < pixels; x++)
            NativeMemory.Clear(row + (long)x * tensor.PixelStride, (nuint)tensor.Channels * sizeof(float));
    }
}
