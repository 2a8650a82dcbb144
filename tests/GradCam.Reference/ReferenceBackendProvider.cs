using GradCam.Planning;
using GradCam.Weights;

namespace GradCam.Reference;

/// <summary>Runs networks in double precision, in the plainest way: the oracle of all other backends. Slow.</summary>
public sealed class ReferenceBackendProvider : BackendProvider
{
    private ReferenceBackendProvider()
    {
    }

    /// <summary>The provider.</summary>
    public static ReferenceBackendProvider Instance { get; } = new();

    /// <inheritdoc/>
    public override Model Prepare<TNetwork>(WeightSource weights, NetworkOptions options) =>
        new ReferenceModel<TNetwork>(ReferenceWeights.Read(TNetwork.Info, weights))
        {
            Biases = BiasFolding.Read<TNetwork>(new NetworkWeights(TNetwork.Info, weights)),
        };
}
