using System.Collections.Concurrent;

namespace GradCam.Gen.Tool.Explain;

/// <summary>Work that several workers share, each of whom does one thing at a time.</summary>
internal static class SharedWork
{
    /// <summary>Results that wait for an earlier one, at most, for each worker.</summary>
    private const int MostAhead = 2;

    /// <summary>
    /// The results, in the items' order. One worker works on the caller's thread. After a cancellation nothing is begun; what is under way is finished.
    /// </summary>
    /// <param name="items">What is to be done.</param>
    /// <param name="workers">At least one.</param>
    /// <param name="begin">Hears of each item when it is begun, on the caller's thread.</param>
    /// <param name="work">Does one.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IEnumerable<TResult> Run<TItem, TWorker, TResult>(
        IEnumerable<TItem> items, IReadOnlyCollection<TWorker> workers, Action<TItem> begin, Func<TWorker, TItem, TResult> work,
        CancellationToken cancellation)
    {
        using var free = new BlockingCollection<TWorker>();
        foreach (TWorker worker in workers)
            free.Add(worker, CancellationToken.None);
        var begun = new Queue<Task<TResult>>();
        try
        {
            foreach (TItem item in items)
            {
                if (cancellation.IsCancellationRequested)
                    break;
                begin(item);
                if (workers.Count == 1)
                {
                    yield return work(workers.First(), item);
                    continue;
                }

                TWorker worker = free.Take(CancellationToken.None);
                begun.Enqueue(Task.Run(() =>
                {
                    try
                    {
                        return work(worker, item);
                    }
                    finally
                    {
                        free.Add(worker, CancellationToken.None);
                    }
                }, CancellationToken.None));
                while (begun.Count > 0 && (begun.Peek().IsCompleted || begun.Count >= MostAhead * workers.Count))
                    yield return begun.Dequeue().GetAwaiter().GetResult();
            }

            while (begun.Count > 0)
                yield return begun.Dequeue().GetAwaiter().GetResult();
        }
        finally
        {
            // Of one that failed nobody wants the others' results, but they still use their workers.
            foreach (Task<TResult> task in begun)
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        }
    }
}
