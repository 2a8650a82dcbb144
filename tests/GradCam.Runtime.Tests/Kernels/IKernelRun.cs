namespace GradCam.Runtime.Tests.Kernels;

/// <summary>An operation's case on the backend under test.</summary>
internal interface IKernelRun : IDisposable
{
    /// <summary>The workspace, in floats.</summary>
    Span<float> Workspace { get; }

    /// <summary>Runs the forward form.</summary>
    void Forward();

    /// <summary>Runs the backward form.</summary>
    void Backward();

    /// <summary>A tensor's map, packed, through the backend.</summary>
    float[] Read(in Tensor tensor);
}
