using GradCam.Contract;

namespace GradCam.Gen.Tool.Graphs;

/// <summary>An operation of a compiled network, with what was merged into it.</summary>
/// <param name="Name">The layer's name, after its weights; the operation's where it has none.</param>
/// <param name="Operation">What it computes: "conv 3x3 stride 2, batchnorm, relu".</param>
/// <param name="Size">The size of its output.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates.</param>
/// <param name="Parameters">Learnt parameters; running statistics are not.</param>
/// <param name="Inputs">The operations whose outputs it reads, by index; all come before it.</param>
internal sealed record GraphLayer(string Name, string Operation, MapSize Size, long MultiplyAccumulates, long Parameters, IReadOnlyList<int> Inputs)
{
    /// <summary>What the layers are called that are explained at its output; none for most.</summary>
    public List<string> Explained { get; } = [];

    /// <summary>What the outputs are called that it computes; none for most.</summary>
    public List<string> Outputs { get; } = [];
}
