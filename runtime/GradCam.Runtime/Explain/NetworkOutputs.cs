namespace GradCam;

/// <summary>
/// A network's outputs after a forward pass: first the one that is explained, which holds the logits, then the others in the order of the spec's
/// <c>output</c> lines.
/// </summary>
public readonly ref struct NetworkOutputs
{
    private readonly NetworkSession _session;

    internal NetworkOutputs(NetworkSession session) => _session = session;

    /// <summary>The number of outputs.</summary>
    public int Count => _session.Info.Outputs.Count;

    /// <summary>An output, valid until the session's next forward pass.</summary>
    /// <param name="index">0 for the logits.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public FeatureMaps this[int index] => _session.GetOutput(index);

    /// <summary>An output, valid until the session's next forward pass.</summary>
    /// <param name="name">Its name in the spec.</param>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public FeatureMaps this[string name] => _session.GetOutput(_session.Info.IndexOfOutput(name));

    /// <summary>The probabilities of an output, as its <see cref="OutputInfo.Head"/> says; valid until the session's next forward pass.</summary>
    /// <param name="index">0 for those of the explained output, which <see cref="NetworkSession.Probabilities"/> gives, too.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public ReadOnlySpan<float> GetProbabilities(int index) => _session.GetProbabilities(index);

    /// <summary>The probabilities of an output, as its <see cref="OutputInfo.Head"/> says; valid until the session's next forward pass.</summary>
    /// <param name="name">Its name in the spec.</param>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public ReadOnlySpan<float> GetProbabilities(string name) => _session.GetProbabilities(_session.Info.IndexOfOutput(name));
}
