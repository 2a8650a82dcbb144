namespace GradCam.Explain.Runs;

/// <summary>
/// What runs a session's network again for its methods. Such methods make it, and the session knows no more of it than this: a program that is compiled ahead
/// of time and has none of them has nothing of their runs.
/// </summary>
internal interface IRerun : IDisposable
{
    /// <summary>Forgets the session's last pass.</summary>
    void Forget();

    /// <summary>Computes a method's raw map.</summary>
    void Compute(CamMethod method, LayerBuffers buffers, int layer, in Explained explained, Memory<float> map, ExplainOptions options);
}
