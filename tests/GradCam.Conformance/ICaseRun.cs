using GradCam.Conformance.Cases;

namespace GradCam.Conformance;

/// <summary>
/// An operation's case on the backend under test. <see cref="ProviderRun"/> is one for any backend; a backend's own tests may have another, to look inside.
/// </summary>
public interface ICaseRun : IDisposable
{
    /// <summary>Fills the workspace and runs <see cref="OperationCase.Forward"/> in it.</summary>
    /// <param name="workspace">All floats of the workspace before the operation.</param>
    void Forward(ReadOnlySpan<float> workspace);

    /// <summary>Runs <see cref="OperationCase.Backward"/> in the workspace as it is.</summary>
    void Backward();

    /// <summary>All floats of the workspace as it is.</summary>
    float[] ReadWorkspace();

    /// <summary>A tensor's map, packed, through the backend.</summary>
    float[] Read(in Tensor tensor);
}
