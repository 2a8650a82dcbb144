using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.Gen.Tests.Networks;

/// <summary>Where plain Grad-CAM runs without gradient maps: each kind of layer that sums pass through, and what ends such a chain.</summary>
public sealed class GradientSumsTests
{
    private const string Vgg =
        "c0: conv 6 3x3 pad 1; target: relu; maxpool 2x2; avgpool adaptive 3x2; flatten; fc1: linear 9; relu; fc2: linear 7; relu; fc3: linear 4";

    public static TheoryData<string, string, string> Chains => new()
    {
        { "pools and classifier of vgg", "target", Vgg },
        { "global pool of resnet", "target", "c0: conv 6 3x3 pad 1; target: relu; avgpool global; fc: linear 4" },
        { "global pool and excitation of mobilenet v3", "target", "c0: conv 6 3x3; target: hardswish; avgpool global; a: linear 8; hardswish; b: linear 4" },
        { "classifier convolution of squeezenet", "target", "c0: conv 6 3x3; target: relu; c: conv 4 1x1; relu; avgpool global" },
        { "classifier convolution without an activation", "target", "c0: conv 6 3x3; target: relu; c: conv 4 1x1; maxpool 2x2; avgpool global" },
        { "normalised features of densenet", "target", "target: conv 6 3x3; norm: batchnorm; relu; avgpool global; fc: linear 4" },
        { "affines and pools", "target", "c0: conv 6 3x3; target: relu; maxpool 2x2; norm: batchnorm; avgpool 2x2; s: scale; avgpool global; fc: linear 4" },
        { "several targets of one chain", "target mid", "target: conv 6 3x3; mid: maxpool 2x2; c: conv 5 1x1; relu; avgpool global; fc: linear 4" },
        { "a map of one channel", "target", "target: conv 1 3x3; maxpool 2x2; a: conv 3 3x3 pad 1; relu; flatten; fc: linear 4" },
        {
            "an overlapping pool in front of a branch", "target",
            "c0: conv 6 3x3; target: relu; pool: maxpool 3x3 stride 2 pad 1; a: conv 6 3x3 pad 1; add pool; avgpool global; fc: linear 4"
        },
        {
            "a pool whose padding does not count", "target",
            "target: conv 6 3x3; avgpool 3x3 stride 2 pad 1 count_include_pad off; tanh; avgpool global; fc: linear 4"
        },
        { "a linear layer with an activation as logits", "target", "target: conv 6 3x3; maxpool 2x2; flatten; fc: linear 4; tanh" },
    };

    public static TheoryData<string, string, string> NoChains => new()
    {
        { "padding that counts", "target", "target: conv 6 3x3; avgpool 3x3 stride 2 pad 1; tanh; avgpool global; fc: linear 4" },
        { "windows in the padding", "target", "target: conv 6 3x3; maxpool 1x1 stride 2 pad 1; tanh; avgpool global; fc: linear 4" },
        { "two readers", "target", "target: conv 6 3x3; avgpool global; mul target; avgpool global; fc: linear 4" },
        { "an activation", "target", "target: conv 6 3x3; relu; avgpool global; fc: linear 4" },
        { "a larger kernel", "target", "target: conv 6 3x3; a: conv 6 3x3 pad 1; avgpool global; fc: linear 4" },
        { "a stride", "target", "target: conv 6 3x3; a: conv 6 1x1 stride 2; avgpool global; fc: linear 4" },
        { "groups", "target", "target: conv 6 3x3; a: conv 6 1x1 groups 2; avgpool global; fc: linear 4" },
        { "a flattened map and the logits", "target", "target: conv 6 3x3; flatten; fc: linear 4" },
        { "one pixel already", "target", "c0: conv 6 3x3; target: avgpool global; fc: linear 4" },
    };

    [Theory]
    [MemberData(nameof(Chains))]
    public void Equal_the_gradients_sums(string chain, string targets, string layers)
    {
        NetworkClass network = Compile(targets, layers);
        Assert.All(network.Info.Layers, layer => Assert.False(layer.GradientSums.IsEmpty, chain));
        int checkedLayers = 0;
        for (int seed = 0; seed < 3; seed++)
            Assert.Null(NetworkCheck.Cpu.CompareSums(network, network.Input(seed), ref checkedLayers));
        Assert.Equal(3 * network.Info.Layers.Count, checkedLayers);
    }

    [Theory]
    [MemberData(nameof(NoChains))]
    public void Take_the_whole_slice(string end, string targets, string layers) =>
        Assert.All(Compile(targets, layers).Info.Layers, layer => Assert.True(layer.GradientSums.IsEmpty, end));

    [Fact]
    public void The_input_has_none() =>
        Assert.All(Compile("input", "maxpool 2x2; avgpool global; fc: linear 4").Info.Layers, layer => Assert.True(layer.GradientSums.IsEmpty));

    /// <summary>A target's own activation is taken off in the slices of targets before it, so that its sums there are not those of its own slice.</summary>
    [Fact]
    public void Stop_before_a_target_with_an_activation()
    {
        NetworkClass network = Compile("first second", "first: conv 6 3x3; maxpool 2x2; c: conv 5 1x1; second: relu; avgpool global; fc: linear 4");
        Assert.All(network.Info.Layers, layer => Assert.False(layer.GradientSums.IsEmpty));
        int checkedLayers = 0;
        Assert.Null(NetworkCheck.Cpu.CompareSums(network, network.Input(0), ref checkedLayers));
        Assert.Equal(2, checkedLayers);
    }

    [Fact]
    public void Write_single_pixels_only_where_the_chain_ends_in_one()
    {
        NetworkClass network = Compile("target", Vgg);
        using var model = (ReferenceModel)network.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(network));
        ReferenceWorkspace workspace = model.CreateWorkspace();
        using Executor executor = model.CreateExecutor(workspace);
        executor.Forward(network.Input(0));
        List<Tensor> written = [];
        workspace.Written = (_, tensor) => written.Add(tensor);
        executor.GradientSums(0, 0, 1);
        Assert.NotEmpty(written);
        Assert.All(written, tensor => Assert.Equal(1, tensor.Pixels));
        Assert.Equal(network.Info.Layers[0].GradientSums, written[^1]);

        // The whole slice does write maps.
        executor.Backward(0, 0, 1);
        Assert.Contains(written, tensor => tensor.Pixels > 1);
    }

    private static NetworkClass Compile(string targets, string layers) => new(
        CompiledNetworks.Compile([($"input 2x11x9\n{layers.Replace("; ", "\n", StringComparison.Ordinal)}\n", targets.Split(' '))]).Single());
}
