using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Reference;

namespace GradCam.Runtime.Tests.Conformance;

/// <summary>The check itself: it accepts the reference in float32, and finds every kind of fault.</summary>
public sealed class BackendCheckTests
{
    private const int Cases = 20;

    // The faults are injected behind the operation, whichever it is.
    private static readonly string[] Faulty = ["Linear", "Activation", "Add", "MaxPool"];

    public static TheoryData<string> Names => [.. OperationCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Accepts_the_reference(string name) => Assert.Empty(Failures(name, (_, _) => { }));

    [Fact]
    public void Finds_a_wrong_value() =>
        FailsAlways((workspace, written) => workspace[written.Offset] = float.IsFinite(workspace[written.Offset]) ? workspace[written.Offset] + 0.1f : 0);

    [Fact]
    public void Finds_a_write_beside_the_output() =>
        FailsAlways((workspace, written) => workspace[written.Offset - written.Halo.Top * written.RowStride - written.Halo.Left * written.PixelStride - 1] = 7);

    [Fact]
    public void Finds_NaN() =>
        FailsAlways((workspace, written) =>
        {
            ref float value = ref workspace[written.Offset + written.Channels - 1];
            value = float.IsNaN(value) ? 0 : float.NaN;
        });

    [Fact]
    public void Finds_a_halo_that_was_not_zeroed() =>
        FailsSometimes((workspace, written) =>
        {
            if (written.Halo.Right > 0)
                workspace[written.Offset + written.Width * written.PixelStride] = 1;
        });

    [Fact]
    public void Finds_a_write_into_the_next_slice() =>
        FailsSometimes((workspace, written) =>
        {
            if (written.PixelStride > written.Channels)
                workspace[written.Offset + written.Channels] = 1;
        });

    private static void FailsAlways(FaultyWrite fault)
    {
        foreach (string name in Faulty)
            Assert.Equal(Cases, Failures(name, fault).Count);
    }

    private static void FailsSometimes(FaultyWrite fault)
    {
        foreach (string name in Faulty)
            Assert.InRange(Failures(name, fault).Count, 1, Cases - 1);
    }

    private static List<string> Failures(string name, FaultyWrite fault)
    {
        var check = new BackendCheck(operation => new FaultyRun(operation, fault));
        return [.. Enumerable.Range(1, Cases).Select(seed => check.Run(name, seed)).OfType<string>()];
    }

    private delegate void FaultyWrite(Span<float> workspace, Tensor written);

    /// <summary>The reference, rounded to float32, with a fault after the forward form.</summary>
    private sealed class FaultyRun : ICaseRun
    {
        private readonly OperationCase _case;
        private readonly FaultyWrite _fault;
        private readonly ReferenceWorkspace _exact;
        private readonly float[] _rounded;
        private ReferenceBackend _backend;

        public FaultyRun(OperationCase operation, FaultyWrite fault)
        {
            _case = operation;
            _fault = fault;
            _rounded = operation.Workspace;
            _exact = new ReferenceWorkspace(_rounded.Length);
            _backend = new ReferenceBackend(_exact, new ReferenceWeights(operation.Weights.Select(w => Array.ConvertAll(w.Values, v => (double)v))));
        }

        public float[] ReadWorkspace() => [.. _rounded];

        public void Forward(ReadOnlySpan<float> workspace)
        {
            workspace.CopyTo(_rounded);
            Load();
            _case.Forward(ref _backend);
            Store();
            _fault(_rounded, _case.Output);
        }

        public void Backward()
        {
            Load();
            _case.Backward(ref _backend);
            Store();
        }

        public float[] Read(in Tensor tensor)
        {
            Load();
            float[] map = new float[tensor.Length];
            _backend.Read(tensor, map);
            return map;
        }

        public void Dispose()
        {
        }

        private void Load()
        {
            for (int i = 0; i < _rounded.Length; i++)
                _exact.Values[i] = _rounded[i];
        }

        private void Store()
        {
            for (int i = 0; i < _rounded.Length; i++)
                if (!_exact.Values[i].Equals(_rounded[i]))
                    _rounded[i] = (float)_exact.Values[i];
        }
    }
}
