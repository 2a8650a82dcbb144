namespace GradCam.Gen.Tests.Model;

/// <summary>Which pools pass the whole of their output's gradient to pixels of the map: by counting the taps of every window.</summary>
public sealed class WindowTests
{
    private const int Cases = 5000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keeps_sums_where_every_window_is_on_the_map(bool countPadding)
    {
        var random = new Random(1);
        int kept = 0;
        for (int i = 0; i < Cases; i++)
        {
            int size = random.Next(1, 10), outputs = random.Next(1, 6);
            int kernel = random.Next(1, 5), stride = random.Next(1, 4), before = random.Next(3), after = random.Next(3), dilation = random.Next(1, 4);
            bool expected = Enumerable.Range(0, outputs).All(output => IsWhole(output * stride - before));
            var down = new Gen.Model.Window(new(kernel, 1), new(stride, 1), new(before, 0, after, 0), new(dilation, 1));
            var across = new Gen.Model.Window(new(1, kernel), new(1, stride), new(0, before, 0, after), new(1, dilation));
            Assert.Equal(expected, down.KeepsSums(new(size, 4), new(outputs, 4), countPadding));
            Assert.Equal(expected, across.KeepsSums(new(3, size), new(3, outputs), countPadding));
            kept += expected ? 1 : 0;

            bool IsWhole(int start)
            {
                int[] taps = [.. Enumerable.Range(0, kernel).Select(tap => start + tap * dilation).Where(at => at < size + after)];
                int onMap = taps.Count(at => at >= 0 && at < size);
                return onMap > 0 && (!countPadding || onMap == taps.Length);
            }
        }

        Assert.InRange(kept, Cases / 20, Cases - Cases / 20);
    }
}
