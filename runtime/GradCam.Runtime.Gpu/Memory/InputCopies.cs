using ILGPU;

namespace GradCam.Gpu.Memory;

/// <summary>Inputs as photos became them, for what runs the network again: a forward pass may use the inputs' own memory.</summary>
/// <param name="workspace">The session's memory.</param>
/// <param name="info">The network.</param>
internal sealed class InputCopies(GpuWorkspace workspace, NetworkInfo info)
{
    private readonly int _length = info.Inputs.Sum(input => input.Tensor.Length);

    /// <summary>[samples, inputs], packed; there where a photo was an input.</summary>
    private ArrayView<float> _copies;

    /// <summary>Copies an input of the workspace's sample.</summary>
    /// <param name="backend">The session's backend.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="input">The input.</param>
    public void Keep(in GpuBackend backend, int sample, in Tensor input)
    {
        if (_copies.Length == 0)
            _copies = workspace.Allocate<float>(checked(workspace.Batch * _length));
        backend.Pack(input, _copies, Place(sample, input));
    }

    /// <summary>Copies a copy to the host.</summary>
    public void Read(int sample, in Tensor input, Span<float> destination) =>
        workspace.Transfers.Download(_copies.SubView(Place(sample, input), input.Length)).CopyTo(destination);

    private int Place(int sample, in Tensor input)
    {
        int place = sample * _length;
        foreach (InputInfo before in info.Inputs)
        {
            if (before.Tensor == input)
                return place;
            place += before.Tensor.Length;
        }

        throw new ArgumentException($"{info.Name} has no such input.", nameof(input));
    }
}
