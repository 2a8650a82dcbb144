using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GradCam.Gpu.Graphs;

/// <summary>
/// A part of the schedule as a CUDA graph: its launches, recorded once and sent to the device together. The class and the seed are in the device's memory, so
/// that one graph serves all classes. Where a driver cannot do it, the launches are sent one by one, as without a graph.
/// </summary>
internal sealed class PassGraph : IDisposable
{
    private nint _executable;
    private int _runs;
    private bool _isRefused;

    /// <summary>Whether it is a graph by now.</summary>
    public bool IsCaptured => _executable != 0;

    /// <summary>Runs the launches. The first time they run as they are, since kernels may have to be compiled; the second time they are recorded.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="launch">Launches, and nothing else: no transfers and no memory.</param>
    public void Run(AcceleratorStream stream, Action launch)
    {
        if (_executable == 0 && !_isRefused && ++_runs == 2 && stream is CudaStream recorded)
            Record(recorded, launch);
        if (_executable == 0)
            launch();
        else
            Check(CudaDriver.Launch(_executable, ((CudaStream)stream).StreamPtr), "cuGraphLaunch");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_executable != 0)
            _ = CudaDriver.DestroyExecutable(_executable);
        _executable = 0;
    }

    private void Record(CudaStream stream, Action launch)
    {
        try
        {
            Check(CudaDriver.BeginCapture(stream.StreamPtr, CudaDriver.CaptureModeThreadLocal), "cuStreamBeginCapture");
            int ended;
            nint graph;
            try
            {
                launch();
            }
            finally
            {
                ended = CudaDriver.EndCapture(stream.StreamPtr, out graph);
            }

            Check(ended, "cuStreamEndCapture");
            int made = CudaDriver.Instantiate(out nint executable, graph, flags: 0);
            _ = CudaDriver.DestroyGraph(graph);
            Check(made, "cuGraphInstantiateWithFlags");
            _executable = executable;
        }
        catch (Exception exception) when (exception is AcceleratorException or DllNotFoundException or EntryPointNotFoundException)
        {
            _isRefused = true;
            Trace.TraceWarning($"Launches are sent one by one, since the driver cannot record them: {exception.Message}");
        }
    }

    private static void Check(int error, string function)
    {
        if (error != 0)
            throw new CudaException($"{function}: {(CudaError)error}");
    }
}
