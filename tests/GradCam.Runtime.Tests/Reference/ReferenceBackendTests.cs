using GradCam.Reference;

namespace GradCam.Runtime.Tests.Reference;

/// <summary>The reference backend, the oracle of all kernels, against PyTorch in float64: forward and input gradient of every operation.</summary>
public sealed class ReferenceBackendTests
{
    private const double Tolerance = 1e-12;

    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        for (int i = 0; i < OperationFixture.All.Count; i++)
            data.Add(i, OperationFixture.All[i].Op);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Matches_PyTorch(int index, string op)
    {
        OperationFixture fixture = OperationFixture.All[index];
        Assert.Equal(op, fixture.Op);
        var run = new FixtureRun(fixture);
        run.Execute();
        AssertClose(fixture.Y.Packed(), run.Y);
        AssertClose(fixture.Dx.Packed(), run.Dx);
    }

    [Fact]
    public void Fixture_covers_every_activation()
    {
        IEnumerable<ActivationKind> covered = OperationFixture.All.Where(f => f.Op == "activation").Select(f => f.Enum<ActivationKind>("kind"));
        Assert.Equal(Enum.GetValues<ActivationKind>().Except([ActivationKind.None]), covered.Distinct().Order());
    }

    [Fact]
    public void Overwritten_halo_is_an_error()
    {
        var workspace = new ReferenceWorkspace(100);
        var input = new Tensor(0, 1, 3, 3, halo: 1);
        var output = new Tensor(50, 1, 3, 3);
        var backend = new ReferenceBackend(workspace, new ReferenceWeights([new double[9]]));
        var convolution = new Convolution(0, new Window(3, 1, 1, 1), 1, 0);
        backend.Clear(input);
        backend.Convolution(convolution, input, output);
        workspace.Values[0] = 1;
        Assert.Throws<InvalidOperationException>(() => backend.Convolution(convolution, input, output));
    }

    [Fact]
    public void Small_halo_is_an_error()
    {
        var backend = new ReferenceBackend(new ReferenceWorkspace(100), new ReferenceWeights([new double[9]]));
        var input = new Tensor(0, 1, 3, 3, new Edges(1, 1, 1, 0));
        backend.Clear(input);
        Assert.Throws<InvalidOperationException>(
            () => backend.Convolution(new Convolution(0, new Window(3, 1, 1, 1), 1, 0), input, new Tensor(50, 1, 3, 3)));
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * Math.Max(largest, 1), $"[{i}]: expected {expected[i]}, found {actual[i]}");
    }
}
