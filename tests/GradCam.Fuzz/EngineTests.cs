using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;

namespace GradCam.Fuzz;

/// <summary>That what fuzzes finds faults, and changes files where it means to.</summary>
public sealed class EngineTests
{
    [Fact]
    public void An_exception_is_a_finding_and_made_small()
    {
        var runner = new CaseRunner(new FakeTarget(input => input.AsSpan().IndexOf("!"u8) < 0 ? 0 : throw new InvalidOperationException()));
        byte[] input = "a long text with one mark! and more behind it"u8.ToArray();
        Assert.Null(runner.Run("a long text"u8.ToArray()));
        Symptom symptom = Assert.IsType<Symptom>(runner.Run(input));
        Assert.StartsWith("InvalidOperationException", symptom.Kind, StringComparison.Ordinal);
        Assert.Equal("!"u8.ToArray(), Minimiser.Shrink(input, symptom.Kind, runner));
    }

    [Fact]
    public void Much_memory_is_a_finding()
    {
        var runner = new CaseRunner(new FakeTarget(input => new byte[200 * input.Length].Length));
        Assert.Null(runner.Run(new byte[1]));
        Assert.Equal("memory", runner.Run(new byte[1000])?.Kind);
    }

    [Fact]
    public void Much_time_is_a_finding()
    {
        var target = new FakeTarget(input =>
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            while (Environment.CpuUsage.TotalTime - start < 3 * FakeTarget.Most)
                Thread.SpinWait(1000);
            return 0;
        });
        Assert.Equal("time", new CaseRunner(target).Run([])?.Kind);
    }

    [Fact]
    public void Cases_depend_on_seed_and_number_alone()
    {
        var target = new FakeTarget(_ => 0);
        Assert.Equal(target.Seeds[0], CaseSource.Get(target, 1, 0));
        Assert.Equal(CaseSource.Get(target, 1, 77), CaseSource.Get(target, 1, 77));
        Assert.True(Enumerable.Range(1, 200).Select(i => Convert.ToHexString(CaseSource.Get(target, 1, i))).Distinct().Count() > 100);
        Assert.NotEqual(
            Enumerable.Range(1, 20).SelectMany(i => CaseSource.Get(target, 1, i)), Enumerable.Range(1, 20).SelectMany(i => CaseSource.Get(target, 2, i)));
    }

    [Fact]
    public void Files_that_are_taken_apart_and_put_together_again_are_the_same()
    {
        foreach (byte[] file in Corpus.Read("onnx"))
            Assert.Equal(file, ProtobufField.Write(Assert.IsType<List<ProtobufField>>(ProtobufField.Read(file))));
        int pictures = 0;
        foreach (byte[] file in Corpus.Read("photos"))
        {
            byte[]? again = PngChunk.Read(file) is { } chunks ? PngChunk.Write(chunks)
                : JpegSegment.Read(file) is { } segments ? JpegSegment.Write(segments)
                : null;
            if (again is null)
                continue;
            pictures++;
            Assert.Equal(file[..again.Length], again);
        }

        Assert.True(pictures >= 5);
    }

    private sealed class FakeTarget(Func<byte[], int> run) : FuzzTarget
    {
        public static readonly TimeSpan Most = TimeSpan.FromMilliseconds(100);

        public override string Name => "fake";

        public override IReadOnlyList<byte[]> Seeds { get; } = [[.. Enumerable.Range(0, 64).Select(i => (byte)i)]];

        public override TimeSpan Time => Most;

        public override long Memory(int length) => 100_000;

        public override byte[] Mutate(byte[] seed, Random random) => ByteMutator.Mutate(seed, random);

        public override void Run(byte[] input) => run(input);
    }
}
