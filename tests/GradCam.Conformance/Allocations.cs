namespace GradCam.Conformance;

/// <summary>Counts what a call allocates.</summary>
public static class Allocations
{
    /// <summary>
    /// The bytes that the cheapest of five calls allocates on this thread, after a warm-up. One call alone is not exact: a collection that another test's
    /// thread starts in the middle moves this thread's counter a little.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
