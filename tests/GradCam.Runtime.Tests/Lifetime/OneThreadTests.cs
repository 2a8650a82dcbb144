using GradCam.Runtime.Tests.Explain;

namespace GradCam.Runtime.Tests.Lifetime;

/// <summary>A session that two threads use at once, or that goes while one is inside: refused with its name, and nothing is freed too early or never.</summary>
public sealed class OneThreadTests : IDisposable
{
    private static readonly float[] Input = new float[60];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FakeExecutor _executor = new(labels: []);
    private readonly FakeModel _model;
    private readonly NetworkSession _session;

    public OneThreadTests()
    {
        _model = new FakeModel(() => _executor);
        _session = new NetworkSession(_model.CreateExecutor());
        _session.Forward(Input, TensorLayout.Hwc);
    }

    /// <summary>Everything that a session can be asked for.</summary>
    private Action[] Calls =>
    [
        () => _session.Forward(Input, TensorLayout.Hwc), () => _session.Forward(Picture), () => _ = _session.Logits, () => _ = _session.Probabilities,
        () => _session.GetTop(new Prediction[1]), () => _ = _session.Outputs, () => _ = _session.Region, () => _ = _session.GetBestIndex(),
        () => _session.Explain(0),
        () => _session.Explain([0, 1]), () => _session.Explain(Picture, 1), () => _session.Explain(Picture, [1, 2]),
        () => _session.Explain(Input, TensorLayout.Chw, 1), () => _session.GetActivations(), () => _session.GetGradients(0), () => _executor.Forward(Input),
        () => _executor.Backward(0, 0, 1), () => _executor.GradientSums(2, 0, 1), () => _executor.Read(_executor.Info.Logits, new float[6]),
    ];

    private static ImageView Picture => new(new byte[4 * 5 * 3], 5, 4, PixelFormat.Rgb24);

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_second_thread_is_refused_with_the_class_and_the_cure() => DuringACall(() =>
    {
        foreach (Action call in Calls)
        {
            InvalidOperationException exception = Assert.Throws<InvalidOperationException>(call);
            Assert.Contains("in use by another thread; make one session per thread", exception.Message, StringComparison.Ordinal);
            Assert.Matches("NetworkSession|Executor of Fake", exception.Message);
        }
    });

    [Fact]
    public void A_refused_thread_leaves_the_call_as_it_was()
    {
        float[] expected = _session.Explain(Input, TensorLayout.Hwc, 2).Raw.ToArray();
        float[] found = [];
        DuringACall(
            () => Assert.Throws<InvalidOperationException>(() => _session.Explain(4)),
            () => found = _session.Explain(Input, TensorLayout.Hwc, 2).Raw.ToArray());
        Assert.Equal(expected, found);
        Assert.Equal(2, _session.Explain(2).ClassIndex);
    }

    [Fact]
    public void Threads_may_take_turns()
    {
        for (int i = 0; i < 5; i++)
        {
            var thread = new Thread(() => _session.Explain(Input, TensorLayout.Hwc, 1));
            thread.Start();
            Assert.True(thread.Join(Patience));
        }
    }

    [Fact]
    public void After_an_exception_a_call_is_over()
    {
        _executor.DuringForward = () => throw new TimeZoneNotFoundException();
        Assert.Throws<TimeZoneNotFoundException>(() => _session.Explain(Input, TensorLayout.Hwc, 1));
        _executor.DuringForward = null;
        var thread = new Thread(() => _session.Explain(Input, TensorLayout.Hwc, 1));
        thread.Start();
        Assert.True(thread.Join(Patience));
        Assert.Equal(1, _session.Explain(1).ClassIndex);
    }

    [Fact]
    public void A_session_disposed_during_a_call_is_freed_at_its_end()
    {
        DuringACall(
            () =>
            {
                _session.Dispose();
                _session.Dispose();
                Assert.False(_executor.IsDisposed);
                Assert.All(Calls, call => Assert.Throws<ObjectDisposedException>(call));
            });
        Assert.True(_executor.IsDisposed);
        Assert.All(Calls, call => Assert.Throws<ObjectDisposedException>(call));
        Assert.Contains("NetworkSession", Assert.Throws<ObjectDisposedException>(() => _session.Logits.Length).ObjectName, StringComparison.Ordinal);
        _model.Dispose();
        Assert.True(_model.IsFreed);
    }

    [Fact]
    public void A_network_disposed_during_a_call_is_freed_with_its_last_session()
    {
        DuringACall(() =>
        {
            _model.Dispose();
            _model.Dispose();
            Assert.False(_model.IsFreed);
        });
        Assert.All(Calls, call => Assert.Equal("Fake", Assert.Throws<ObjectDisposedException>(call).ObjectName));
        Assert.Equal("Fake", Assert.Throws<ObjectDisposedException>(() => _model.CreateExecutor()).ObjectName);
        Assert.False(_model.IsFreed);
        _session.Dispose();
        Assert.True(_executor.IsDisposed);
        Assert.True(_model.IsFreed);
    }

    [Fact]
    public void Heatmaps_of_a_session_that_went_are_refused()
    {
        Heatmap heatmap = _session.Explain(1);
        DuringACall(_session.Dispose);
        Assert.Throws<InvalidOperationException>(() => heatmap.Raw.Length);
    }

    [Fact]
    public void A_workspace_that_cannot_be_made_leaves_nothing_behind()
    {
        bool works = true;
        var failing = new FakeModel(() => works ? new FakeExecutor([]) : throw new TimeZoneNotFoundException());
        works = false;
        Assert.Throws<TimeZoneNotFoundException>(() => failing.CreateExecutor());
        failing.Dispose();
        Assert.True(failing.IsFreed);
    }

    [Fact]
    public void A_session_that_nobody_disposed_does_not_keep_a_disposed_network()
    {
        var model = new FakeModel(() => new FakeExecutor([]));
        Leak(model);
        model.Dispose();
        for (int i = 0; i < 20 && !model.IsFreed; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(model.IsFreed);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Leak(FakeModel model) => new NetworkSession(model.CreateExecutor()).Forward(Input, TensorLayout.Hwc);
    }

    /// <summary>Does something while another thread is in a forward pass, and then lets that finish.</summary>
    private void DuringACall(Action action, Action? call = null)
    {
        using var isInside = new ManualResetEventSlim();
        using var mayLeave = new ManualResetEventSlim();
        _executor.DuringForward = () =>
        {
            isInside.Set();
            mayLeave.Wait(Patience);
        };
        Task other = Task.Factory.StartNew(call ?? (() => _session.Forward(Input, TensorLayout.Hwc)), TaskCreationOptions.LongRunning);
        try
        {
            Assert.True(isInside.Wait(Patience));
            action();
        }
        finally
        {
            mayLeave.Set();
            Assert.True(other.Wait(Patience));
            _executor.DuringForward = null;
        }
    }
}
