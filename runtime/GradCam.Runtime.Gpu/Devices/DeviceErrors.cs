using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GradCam.Gpu.Devices;

/// <summary>Turns what a driver throws into what a user can act on.</summary>
internal static class DeviceErrors
{
    /// <summary>Whether an exception comes from the device.</summary>
    public static bool IsOfDevice(Exception exception) => exception is AcceleratorException or OutOfMemoryException;

    /// <summary>What a user is told.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="accelerator">The device.</param>
    /// <param name="what">What was being done.</param>
    public static GpuException Describe(Exception exception, Accelerator accelerator, string what)
    {
        CudaError code = exception is OutOfMemoryException ? CudaError.CUDA_ERROR_OUT_OF_MEMORY
            : exception is CudaException cuda && Enum.TryParse(cuda.Error, out CudaError error) ? error : CudaError.CUDA_SUCCESS;
        return new GpuException(Describe(code, exception.Message, accelerator.Name, accelerator.MemorySize, what), exception);
    }

    /// <summary>What a user is told.</summary>
    /// <param name="code">CUDA's error; success for another's.</param>
    /// <param name="message">The driver's words.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="memory">Bytes that it has.</param>
    /// <param name="what">What was being done.</param>
    public static string Describe(CudaError code, string message, string device, long memory, string what)
    {
        if (code == CudaError.CUDA_ERROR_OUT_OF_MEMORY)
        {
            return $"{device} has not enough memory left for {what}. It has {Mebibytes(memory)} in all; other processes may hold some of it. "
                + "Fewer sessions, or smaller batches, take less.";
        }

        if (IsLost(code))
        {
            return $"{device} was lost during {what} ({code}). Nothing that this process has on it works any more: start the process anew. "
                + "If it happens again, the driver's log says why.";
        }

        return $"{device} failed during {what}: {message}";
    }

    /// <summary>Frees what the device may no longer know.</summary>
    public static void Dispose(IDisposable resource) => Ignore(resource.Dispose);

    /// <summary>Waits for what a stream does, if the device still does anything.</summary>
    public static void Wait(AcceleratorStream stream) => Ignore(stream.Synchronize);

    private static void Ignore(Action action)
    {
        try
        {
            action();
        }
        catch (AcceleratorException exception)
        {
            // Of a lost device nothing can be freed; the error was reported when it was lost.
            Trace.TraceWarning(exception.Message);
        }
    }

    /// <summary>Bytes, in words.</summary>
    public static string Mebibytes(long bytes) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MiB");

    /// <summary>After these errors a CUDA context does nothing more.</summary>
    private static bool IsLost(CudaError error) => error is CudaError.CUDA_ERROR_ILLEGAL_ADDRESS or CudaError.CUDA_ERROR_LAUNCH_FAILED
        or CudaError.CUDA_ERROR_ECC_UNCORRECTABLE or CudaError.CUDA_ERROR_HARDWARE_STACK_ERROR or CudaError.CUDA_ERROR_ILLEGAL_INSTRUCTION
        or CudaError.CUDA_ERROR_MISALIGNED_ADDRESS or CudaError.CUDA_ERROR_INVALID_ADDRESS_SPACE or CudaError.CUDA_ERROR_INVALID_PC
        or CudaError.CUDA_ERROR_CONTEXT_IS_DESTROYED or CudaError.CUDA_ERROR_LAUNCH_TIMEOUT or CudaError.CUDA_ERROR_UNKNOWN;
}
