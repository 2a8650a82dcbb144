using GradCam.Runtime.Tests.Cpu.Packing;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Lifetime;

/// <summary>The CPU backend's workspaces, whose kernels check nothing: what is not there is refused before.</summary>
public sealed class ExecutorTests : IDisposable
{
    private static readonly float[] Input = new float[TinyNetwork.Info.Input.Length];
    private readonly Model _model = Load(new CpuOptions());

    public static TheoryData<int, int, int, int, int, int> Outside()
    {
        int length = TinyNetwork.Info.WorkspaceLength;
        return new TheoryData<int, int, int, int, int, int>
        {
            { -1, 1, 1, 1, 1, 1 },
            { length, 1, 1, 1, 1, 1 },
            { 0, length + 1, 1, 1, 1, 1 },
            { length - 3, 4, 1, 1, 4, 4 },
            { 0, 1, 2, 1, 1, length },
            { 0, 1, 1, 2, length, 1 },
            { 0, 1, 2, 1, 1, -1 },
            { 100, 1, 1, 2, -1, 1 },
            { int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue },
            { int.MinValue, 1, 1, 1, 1, 1 },
            { 0, 0, 1, 1, 1, 1 },
            { 0, 1, -1, -1, 1, 1 },
            { 0, -1, -1, 1, 1, 1 },
            // As many elements as an int counts as none.
            { 0, 1, 1 << 16, 1 << 16, 0, 0 },
            { 0, 1 << 2, 1 << 15, 1 << 15, 0, 0 },
        };
    }

    public void Dispose() => _model.Dispose();

    [Theory]
    [MemberData(nameof(Outside))]
    public void A_tensor_outside_of_the_workspace_is_refused(int offset, int channels, int height, int width, int pixelStride, int rowStride)
    {
        using Executor executor = _model.CreateExecutor();
        var tensor = new Tensor
        {
            Offset = offset,
            Channels = channels,
            Height = height,
            Width = width,
            PixelStride = pixelStride,
            RowStride = rowStride,
        };
        foreach (int room in new[] { 0, 1, 4, Math.Clamp(unchecked(channels * height * width), 0, 1 << 20) })
            Assert.Throws<ArgumentOutOfRangeException>(() => executor.Read(tensor, new float[room]));
        Assert.Throws<ArgumentOutOfRangeException>(() => executor.Read(default, []));
    }

    [Fact]
    public void The_whole_workspace_can_be_read_and_no_other_length()
    {
        using Executor executor = _model.CreateExecutor();
        int length = executor.Info.WorkspaceLength;
        executor.Read(new Tensor(0, length, 1, 1), new float[length]);
        Assert.Throws<ArgumentException>(() => executor.Read(new Tensor(0, length, 1, 1), new float[length - 1]));
    }

    [Fact]
    public void Layers_classes_and_layouts_that_are_not_there_are_refused()
    {
        using Executor executor = _model.CreateExecutor();
        executor.Forward(Input);
        foreach (int layer in new[] { -1, 1, int.MinValue, int.MaxValue })
            Assert.Contains("Tiny", Assert.Throws<ArgumentOutOfRangeException>(() => executor.Backward(layer, 0, 1)).Message, StringComparison.Ordinal);
        foreach (int @class in new[] { -1, TinyNetwork.Classes, int.MinValue, int.MaxValue })
            Assert.Contains("Tiny", Assert.Throws<ArgumentOutOfRangeException>(() => executor.Backward(0, @class, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => executor.GradientSums(0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => executor.Forward(Input, (TensorLayout)7));
        Assert.Throws<ArgumentException>(() => executor.Forward(Input.AsSpan(1)));
    }

    [Fact]
    public void After_dispose_every_call_is_refused()
    {
        Executor executor = _model.CreateExecutor();
        executor.Forward(Input);
        executor.Dispose();
        executor.Dispose();
        ExpectDisposed(executor);
    }

    [Fact]
    public void After_the_networks_dispose_every_call_is_refused_with_its_name()
    {
        Model model = Load(new CpuOptions());
        Executor executor = model.CreateExecutor();
        executor.Forward(Input);
        model.Dispose();
        ExpectDisposed(executor);
        Assert.Equal("Tiny", Assert.Throws<ObjectDisposedException>(() => executor.Forward(Input)).ObjectName);
        Assert.Equal("Tiny", Assert.Throws<ObjectDisposedException>(() => model.CreateExecutor()).ObjectName);
        executor.Dispose();
    }

    [Fact]
    public void A_network_disposed_while_threads_are_inside_ends_them_with_an_exception()
    {
        for (int round = 0; round < 20; round++)
        {
            Model model = Load(new CpuOptions { Threads = 1 + round % 3 });
            Exception?[] ends = new Exception?[4];
            using var areInside = new CountdownEvent(ends.Length);
            Thread[] threads = [.. Enumerable.Range(0, ends.Length).Select(i => new Thread(() =>
            {
                using Executor executor = model.CreateExecutor();
                executor.Forward(Input);
                areInside.Signal();
                ends[i] = ForEver(() =>
                {
                    executor.Forward(Input);
                    executor.Backward(0, 1, 1);
                });
            }))];
            foreach (Thread thread in threads)
                thread.Start();
            areInside.Wait();
            model.Dispose();
            foreach (Thread thread in threads)
                thread.Join();
            Assert.All(ends, end => Assert.IsType<ObjectDisposedException>(end));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(1025)]
    [InlineData(int.MaxValue)]
    public void Threads_that_make_no_sense_are_refused(int threads)
    {
        var options = new CpuOptions { Threads = threads };
        Assert.Equal(nameof(CpuOptions.Threads), Assert.Throws<ArgumentOutOfRangeException>(() => Load(options)).ParamName);
        Assert.Equal(nameof(CpuOptions.Threads), Assert.Throws<ArgumentOutOfRangeException>(() => MemoryUse.Measure<TinyNetwork>(options)).ParamName);
    }

    [Fact]
    public void A_source_disposed_while_it_is_read_stays_until_that_has_ended()
    {
        byte[] bytes = TinyNetwork.Weights();
        for (int round = 0; round < 50; round++)
        {
            SafetensorsFile file = SafetensorsFile.Open(new MemoryStream(bytes));
            using var start = new Barrier(2);
            Exception? end = null;
            var thread = new Thread(() =>
            {
                float[] values = new float[40 * 8 * 3 * 3];
                start.SignalAndWait();
                end = ForEver(() =>
                {
                    file.Read("conv1.weight", values);
                    file.ComputeSha256();
                });
            });
            thread.Start();
            start.SignalAndWait();
            file.Dispose();
            thread.Join();
            Assert.IsType<ObjectDisposedException>(end);
        }
    }

    /// <summary>Does something until it throws.</summary>
    private static Exception ForEver(Action action)
    {
        Exception? end = null;
        while (end is null)
            end = Record.Exception(action);
        return end;
    }

    private static Model Load(CpuOptions options)
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights());
        return new CpuOptions().Backend.Prepare<TinyNetwork>(source, options);
    }

    private static void ExpectDisposed(Executor executor)
    {
        Assert.Throws<ObjectDisposedException>(() => executor.Forward(Input));
        Assert.Throws<ObjectDisposedException>(() => executor.Backward(0, 0, 1));
        Assert.Throws<ObjectDisposedException>(() => executor.Read(executor.Info.Logits, new float[TinyNetwork.Classes]));
    }
}
