using GradCam.Gen.Model;
using GradCam.Gen.Passes;

namespace GradCam.Gen.Tests.Passes;

/// <summary>Buffers get the offsets that looking at each of those before gives, with far fewer looks.</summary>
public sealed class FirstFitTests
{
    private const int End = 1000;

    [Theory]
    [InlineData(1, 60, 0.0)]
    [InlineData(2, 400, 0.0)]
    [InlineData(3, 400, 0.3)]
    [InlineData(4, 400, 0.9)]
    [InlineData(5, 1500, 0.5)]
    public void Offsets_are_those_of_the_plain_search(int seed, int count, double lasting)
    {
        for (int round = 0; round < 20; round++)
        {
            var random = new Random(100 * seed + round);
            int sizes = random.Next(1, 12);
            WorkspaceBuffer[] buffers = [.. Enumerable.Range(0, count).Select(_ => Buffer(random.Next(1, sizes + 1) * random.Next(1, 40), random, lasting))];
            var memory = new FirstFit(count, End);
            var placed = new List<WorkspaceBuffer>();
            foreach (WorkspaceBuffer buffer in buffers.OrderByDescending(buffer => buffer.Length).ThenBy(buffer => buffer.First))
            {
                memory.Place(buffer);
                Assert.Equal(PlainSearch(buffer, placed), buffer.Offset);
                placed.Add(buffer);
            }

            Assert.Equal(FirstFit.Align(placed.Max(buffer => buffer.End)), memory.Length);
        }
    }

    [Theory]
    [InlineData("what gradients read", 1)]
    [InlineData("a chain", 2)]
    [InlineData("both in turn", 3)]
    [InlineData("sums", 4)]
    [InlineData("gates", 5)]
    public void Twice_the_buffers_take_at_most_three_times_the_looks(string what, int kind)
    {
        long once = Steps(10_000), twice = Steps(20_000);

        Assert.True(twice <= 3 * once, $"{what}: {once} and {twice}");

        long Steps(int count)
        {
            var memory = new FirstFit(count, count);
            IEnumerable<WorkspaceBuffer> buffers = Enumerable.Range(0, count).Select(i => Make(i, count));
            foreach (WorkspaceBuffer buffer in buffers.OrderByDescending(buffer => buffer.Length).ThenBy(buffer => buffer.First))
                memory.Place(buffer);
            return memory.Steps;
        }

        WorkspaceBuffer Make(int i, int count) => kind switch
        {
            1 => Buffer(64, i, count),
            2 => Buffer(64, i, i + 1),
            3 => Buffer(64, i, i % 2 == 0 ? count : i + 1),
            4 => Buffer(4, count / 2, count / 2),
            _ => Buffer(i % 3 == 0 ? 64 : 4, i, i % 3 == 1 ? count : Math.Min(count, i + 3)),
        };
    }

    private static long PlainSearch(WorkspaceBuffer buffer, List<WorkspaceBuffer> placed)
    {
        long offset = 0;
        foreach (WorkspaceBuffer other in placed.Where(buffer.Overlaps).OrderBy(other => other.Offset))
        {
            if (offset + buffer.Length <= other.Offset)
                break;
            offset = Math.Max(offset, FirstFit.Align(other.End));
        }

        return offset;
    }

    private static WorkspaceBuffer Buffer(int length, Random random, double lasting)
    {
        int first = random.Next(End);
        return Buffer(length, first, random.NextDouble() < lasting ? End : Math.Min(End, first + random.Next(0, 60)));
    }

    private static WorkspaceBuffer Buffer(int length, int first, int last)
    {
        var buffer = new WorkspaceBuffer { Shape = new Shape(length, 1, 1) };
        buffer.UseAt(first);
        buffer.UseAt(last);
        return buffer;
    }
}
