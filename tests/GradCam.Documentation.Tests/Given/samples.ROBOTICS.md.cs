// Calls the page's code with what reflection can pass.
namespace Given.Block1
{
    public static class Caller
    {
        public static (int Explained, long Allocated, float[] Map) See(Drive network, byte[] frame, int width, int height, int frames, System.TimeSpan budget)
        {
            using var watch = new Watch(network, budget);
            watch.See(frame, width, height);
            long before = System.GC.GetAllocatedBytesForCurrentThread();
            for (int i = 1; i < frames; i++)
                watch.See(frame, width, height);
            return (watch.Explained, System.GC.GetAllocatedBytesForCurrentThread() - before, watch.Map);
        }

        /// <summary>After an explanation that took an hour.</summary>
        public static int SeeAfterASlowOne(Drive network, byte[] frame, int width, int height, int frames, System.TimeSpan budget)
        {
            using var watch = new Watch(network, budget);
            watch.See(frame, width, height);
            typeof(Watch).GetField("_longest", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
                .SetValue(watch, System.TimeSpan.FromHours(1));
            for (int i = 1; i < frames; i++)
                watch.See(frame, width, height);
            return watch.Explained;
        }
    }
}
