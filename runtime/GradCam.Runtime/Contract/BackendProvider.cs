using System.ComponentModel;
using GradCam.Weights;

namespace GradCam.Contract;

/// <summary>A kind of backend: prepares a network's weights for it. Its options lead to it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class BackendProvider
{
    /// <summary>Reads, checks, converts and packs the weights.</summary>
    /// <typeparam name="TNetwork">The network.</typeparam>
    /// <param name="weights">Where its weights come from; not used after the call.</param>
    /// <param name="options">The backend's options; of those of another backend only what all have in common counts.</param>
    /// <exception cref="WeightException">A tensor is missing or of the wrong shape or type.</exception>
    public abstract Model Prepare<TNetwork>(WeightSource weights, NetworkOptions options)
        where TNetwork : INetwork;
}
