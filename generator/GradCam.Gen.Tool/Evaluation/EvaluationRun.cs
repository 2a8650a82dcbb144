using System.Collections.Concurrent;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>Measures photos, one a core at a time.</summary>
/// <param name="network">The network, loaded for one thread a session.</param>
/// <param name="createMeasurer">Makes what measures, of a session.</param>
internal sealed class EvaluationRun(ILoadedNetwork network, Func<NetworkSession, MapMeasurer> createMeasurer)
{
    private readonly ConcurrentDictionary<(string Layer, string Method), string> _refused = [];

    /// <summary>The options that the network is to be loaded with: each core has photos of its own.</summary>
    public static CpuOptions Options => new() { Threads = 1 };

    /// <summary>Methods that a layer, or the network, does not allow, and why.</summary>
    public IReadOnlyDictionary<(string Layer, string Method), string> Refused => _refused;

    /// <summary>Measures photos, until all are done or it is stopped.</summary>
    /// <param name="photos">The photos.</param>
    /// <param name="done">Hears of each, one after the other.</param>
    /// <param name="cancellation">Stops: a photo at hand is given up.</param>
    /// <returns>Whether all were done.</returns>
    public bool Run(IReadOnlyList<LabelledPhoto> photos, Action<PhotoScores> done, CancellationToken cancellation)
    {
        var gate = new Lock();
        int next = -1;
        int finished = 0;
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] workers = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, photos.Count)).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        try
        {
            Task.WaitAll(workers, CancellationToken.None);
        }
        catch (AggregateException exception)
        {
            throw exception.InnerExceptions[0];
        }

        return finished == photos.Count;

        void Work()
        {
            try
            {
                using NetworkSession session = network.CreateSession();
                MapMeasurer measurer = createMeasurer(session);
                while (!failure.IsCancellationRequested && Interlocked.Increment(ref next) is int index && index < photos.Count)
                {
                    PhotoScores scores = Measure(measurer, photos[index]);
                    lock (gate)
                    {
                        done(scores);
                        finished++;
                    }
                }

                foreach (((string, string) key, string reason) in measurer.Refused)
                    _refused.TryAdd(key, reason);
            }
            catch (OperationCanceledException)
            {
                // The photo at hand is not done, and will be measured next time.
            }
            catch
            {
                failure.Cancel();
                throw;
            }
        }
    }

    private static PhotoScores Measure(MapMeasurer measurer, LabelledPhoto photo)
    {
        try
        {
            return measurer.Measure(photo);
        }
        catch (Exception exception) when (exception is PhotoException or IOException or UnauthorizedAccessException)
        {
            return new PhotoScores { Photo = photo.Name, Error = exception.Message };
        }
        catch (Exception exception) when (exception is OutOfMemoryException or OverflowException)
        {
            return new PhotoScores { Photo = photo.Name, Error = "it has too many pixels" };
        }
    }
}
