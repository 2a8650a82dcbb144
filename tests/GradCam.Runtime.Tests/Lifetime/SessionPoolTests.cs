using GradCam.Conformance;
using GradCam.Runtime.Tests.Explain;

namespace GradCam.Runtime.Tests.Lifetime;

/// <summary>Borrowed sessions: used again, given back once, never more than one renter's.</summary>
public sealed class SessionPoolTests : IDisposable
{
    private static readonly float[] Input = new float[60];
    private readonly List<FakeExecutor> _made = [];
    private readonly FakeModel _model;
    private readonly SessionPool<NetworkSession> _pool;

    public SessionPoolTests()
    {
        _model = new FakeModel(Make);
        _made.Clear();
        _pool = new SessionPool<NetworkSession>(() => new NetworkSession(_model.CreateExecutor()));
    }

    public void Dispose()
    {
        _model.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void A_session_that_was_given_back_is_used_again()
    {
        NetworkSession first;
        using (RentedSession<NetworkSession> rented = _pool.Rent())
        {
            first = rented.Session;
            using RentedSession<NetworkSession> second = _pool.Rent();
            Assert.NotSame(first, second.Session);
        }

        using RentedSession<NetworkSession> again = _pool.Rent();
        Assert.Contains(again.Session, new[] { first });
        Assert.Equal(2, _made.Count);
    }

    [Fact]
    public void The_next_renter_sees_nothing_of_the_last()
    {
        Heatmap heatmap;
        using (RentedSession<NetworkSession> rented = _pool.Rent())
            heatmap = rented.Session.Explain(Input, TensorLayout.Hwc, 1);
        Assert.Throws<InvalidOperationException>(() => heatmap.Raw.Length);
        using RentedSession<NetworkSession> next = _pool.Rent();
        Assert.Throws<InvalidOperationException>(() => next.Session.Logits.Length);
    }

    [Fact]
    public void Giving_back_twice_is_giving_back_once()
    {
        RentedSession<NetworkSession> rented = _pool.Rent();
        RentedSession<NetworkSession> copy = rented;
        rented.Dispose();
        using RentedSession<NetworkSession> next = _pool.Rent();
        copy.Dispose();
        rented.Dispose();
        using RentedSession<NetworkSession> other = _pool.Rent();
        Assert.NotSame(next.Session, other.Session);
        Assert.Contains("NetworkSession", Assert.Throws<ObjectDisposedException>(() => copy.Session).ObjectName, StringComparison.Ordinal);
        default(RentedSession<NetworkSession>).Dispose();
        Assert.Throws<InvalidOperationException>(() => default(RentedSession<NetworkSession>).Session);
    }

    [Fact]
    public void Idle_sessions_are_bounded()
    {
        int most = Environment.ProcessorCount;
        RentedSession<NetworkSession>[] rented = [.. Enumerable.Range(0, most + 5).Select(_ => _pool.Rent())];
        Assert.All(_made, executor => Assert.False(executor.IsDisposed));
        foreach (RentedSession<NetworkSession> one in rented)
            one.Dispose();
        Assert.Equal(5, _made.Count(executor => executor.IsDisposed));
    }

    [Fact]
    public void A_disposed_network_rents_none_and_frees_all()
    {
        RentedSession<NetworkSession> rented = _pool.Rent();
        _pool.Rent().Dispose();
        _model.Dispose();
        _pool.Dispose();
        Assert.Equal("Fake", Assert.Throws<ObjectDisposedException>(() => _pool.Rent()).ObjectName);
        Assert.Throws<ObjectDisposedException>(() => rented.Session.Forward(Input, TensorLayout.Hwc));
        rented.Dispose();
        Assert.Equal(2, _made.Count);
        Assert.All(_made, executor => Assert.True(executor.IsDisposed));
        Assert.True(_model.IsFreed);
    }

    [Fact]
    public void A_session_given_back_while_a_thread_is_in_it_is_nobody_elses()
    {
        RentedSession<NetworkSession> rented = _pool.Rent();
        NetworkSession session = rented.Session;
        _made[0].DuringForward = () =>
        {
            var other = new Thread(rented.Dispose);
            other.Start();
            other.Join();
        };
        session.Forward(Input, TensorLayout.Hwc);
        Assert.True(_made[0].IsDisposed);
        using RentedSession<NetworkSession> next = _pool.Rent();
        Assert.NotSame(session, next.Session);
    }

    [Fact]
    public void Renting_again_allocates_nothing()
    {
        Assert.Equal(0, Allocations.Of(() => _pool.Rent().Dispose()));
    }

    private FakeExecutor Make()
    {
        _made.Add(new FakeExecutor(labels: []));
        return _made[^1];
    }
}
