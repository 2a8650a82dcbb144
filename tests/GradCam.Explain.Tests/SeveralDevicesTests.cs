using System.CommandLine;
using Explain;
using GradCam.Gen.Tool.Commands;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Explain.Tests;

/// <summary>Devices that share photos; here each is the CPU.</summary>
public sealed class SeveralDevicesTests : IDisposable
{
    private const int Photos = 9;

    private static readonly string[] Workers = ["a", "b", "c"];

    private readonly CommandLine _line = new();
    private int _loads;

    public SeveralDevicesTests()
    {
        for (int i = 0; i < Photos; i++)
            _line.Photo("in", $"photo{i}.png");
        File.WriteAllText(_line.At("in", "photo4.png"), "no photo");
    }

    public void Dispose() => _line.Dispose();

    [Fact]
    public void They_give_the_files_and_lines_that_one_gives_in_the_same_order()
    {
        (int code, string output, string errors) = Run(devices: 0, _line.At("in"), "--out", _line.At("one"), "--raw", "csv");
        Assert.Equal((ExitCode.Failed, 1), (code, _loads));
        (int sharedCode, string sharedOutput, string sharedErrors) = Run(devices: 3, _line.At("in"), "--out", _line.At("shared"), "--raw", "csv");
        Assert.Equal((ExitCode.Failed, 4), (sharedCode, _loads));
        Assert.Equal(Lines(output), Lines(sharedOutput.Replace(_line.At("shared"), _line.At("one"), StringComparison.Ordinal)));
        Assert.Equal(errors, sharedErrors);
        Assert.Contains("photo4.png", sharedErrors, StringComparison.Ordinal);
        Assert.Equal(2 * (Photos - 1), _line.Files("one").Count());
        Assert.Equal(_line.Files("one"), _line.Files("shared"));
        Assert.All(_line.Files("one"), file => Assert.Equal(File.ReadAllBytes(_line.At("one", file)), File.ReadAllBytes(_line.At("shared", file))));

        // All but the time.
        static string[] Lines(string text) => text.Split('\n')[..(Photos - 1)];
    }

    [Fact]
    public void A_report_has_all_photos_in_their_order()
    {
        (int code, _, _) = Run(devices: 3, _line.At("in"), "--report", _line.At("why.html"), "--top", "1", "--method", "gradcam");
        Assert.Equal(ExitCode.Failed, code);
        string page = File.ReadAllText(_line.At("why.html"));
        int[] places = [.. Enumerable.Range(0, Photos).Select(i => page.IndexOf($"photo{i}.png", StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void One_photo_takes_one_device()
    {
        (int code, _, _) = Run(devices: 3, _line.At("in", "photo0.png"));
        Assert.Equal((ExitCode.Success, 1), (code, _loads));
    }

    [Fact]
    public void A_device_that_is_lost_ends_the_run_with_its_message()
    {
        (int code, _, string errors) = Run(devices: 2, _line.At("in"), "--device-fails");
        Assert.Equal(ExitCode.Network, code);
        Assert.Equal("the device was lost" + Environment.NewLine, errors);
    }

    [Fact]
    public void The_same_bits_on_every_machine_are_the_CPUs()
    {
        (int code, _, string errors) = Run(devices: 2, _line.At("in"), "--reproducible");
        Assert.Equal((ExitCode.Usage, 0), (code, _loads));
        Assert.Contains("--reproducible computes on the CPU", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_begun_is_finished_and_nothing_is_begun_after_a_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        int begun = 0;
        int done = 0;
        List<int> results =
        [
            .. SharedWork.Run(
                Enumerable.Range(0, 100), Workers, _ => begun++,
                (_, item) =>
                {
                    if (item == 10)
                        cancellation.Cancel();
                    Interlocked.Increment(ref done);
                    return item;
                },
                cancellation.Token),
        ];
        Assert.InRange(begun, 11, 99);
        Assert.Equal(Enumerable.Range(0, begun), results);
        Assert.Equal(begun, done);
    }

    [Fact]
    public void A_worker_has_one_item_at_a_time_and_few_results_wait()
    {
        var busy = new HashSet<string>();
        int begun = 0;
        int taken = 0;
        foreach (int _ in SharedWork.Run(
            Enumerable.Range(0, 60), Workers, _ => begun++,
            (worker, item) =>
            {
                lock (busy)
                    Assert.True(busy.Add(worker));
                Thread.SpinWait(item % 7 * 5000);
                lock (busy)
                    busy.Remove(worker);
                return item;
            },
            CancellationToken.None))
        {
            Assert.InRange(begun - taken, 1, 6);
            taken++;
        }

        Assert.Equal(60, taken);
    }

    private (int Code, string Output, string Errors) Run(int devices, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var network = new BuiltInNetwork<Photo10>(options =>
        {
            _loads++;
            return Photo10.LoadEmbedded(options);
        });
        int code = ExplainCommand.RunAsync(network, arguments, output, errors, devices: new Cpus(devices)).GetAwaiter().GetResult();
        return (code, output.ToString(), errors.ToString());
    }

    private sealed class Cpus(int count) : IDeviceSource
    {
        private readonly Option<bool> _fails = new("--device-fails");

        public void AddTo(Command command) => command.Add(_fails);

        public IReadOnlyList<NetworkOptions> Find(ParseResult result) =>
            result.GetValue(_fails) ? throw new TimeZoneNotFoundException("the device was lost")
            : [.. Enumerable.Repeat(new CpuOptions { Threads = 1 }, count)];

        public bool IsFailure(Exception exception) => exception is TimeZoneNotFoundException;
    }
}
