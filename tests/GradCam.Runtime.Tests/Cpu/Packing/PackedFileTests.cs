using System.Text;
using GradCam.Tests;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Cpu.Packing;

/// <summary>Files of packed weights: the same results, used where they fit, made anew where they do not, and never in the way.</summary>
public sealed class PackedFileTests : IDisposable
{
    private const int HeaderBytes = 4096;

    private readonly TemporaryFolder _folder = new();
    private readonly string _weights;
    private readonly string _packed;
    private readonly float[] _expected;

    public PackedFileTests()
    {
        _weights = _folder.Write("tiny.safetensors", TinyNetwork.Weights());
        _packed = Path.Combine(_folder.Path, "cache", "tiny.packed");
        _expected = Run<TinyNetwork>(new CpuOptions());
    }

    private CpuOptions WithFile => new() { PackedFile = _packed };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Gives_the_same_bits_when_it_is_made_and_when_it_is_used()
    {
        Assert.Equal(_expected, Run<TinyNetwork>(WithFile));
        DateTime made = File.GetLastWriteTimeUtc(_packed);
        byte[] content = File.ReadAllBytes(_packed);
        Assert.Equal(_expected, Run<TinyNetwork>(WithFile));
        Assert.Equal(made, File.GetLastWriteTimeUtc(_packed));
        Assert.Equal(content, File.ReadAllBytes(_packed));
        Assert.Equal([_packed], Directory.GetFiles(Path.GetDirectoryName(_packed)!));
    }

    [Fact]
    public void Is_made_with_the_same_bytes_every_time()
    {
        Run<TinyNetwork>(WithFile);
        byte[] content = File.ReadAllBytes(_packed);
        File.Delete(_packed);
        Run<TinyNetwork>(WithFile with { Threads = 1 });
        Assert.Equal(content, File.ReadAllBytes(_packed));
    }

    [Fact]
    public void Is_used_in_place_and_checked_whole_only_when_asked()
    {
        Run<RenamedNetwork>(WithFile);
        byte[] content = File.ReadAllBytes(_packed);
        byte[] changed = [.. content];
        changed[HeaderBytes + 3] ^= 0x40;
        File.WriteAllBytes(_packed, changed);
        Assert.NotEqual(_expected, Run<RenamedNetwork>(WithFile));
        Assert.Equal(_expected, Run<RenamedNetwork>(WithFile with { VerifyHash = true }));
        Assert.Equal(content, File.ReadAllBytes(_packed));
        Assert.Equal(_expected, Run<RenamedNetwork>(WithFile with { VerifyHash = true }));
    }

    [Fact]
    public void A_header_with_a_changed_bit_is_replaced()
    {
        Run<TinyNetwork>(WithFile);
        byte[] content = File.ReadAllBytes(_packed);
        int length = Encoding.UTF8.GetString(content.AsSpan(0, HeaderBytes)).IndexOf("in binary, then", StringComparison.Ordinal);
        Assert.True(length > 0);
        // Not of the first line's beginning, by which the file is known to be ours.
        for (int i = "GradCam packed weights, version ".Length; i < length; i += 3)
        {
            byte[] changed = [.. content];
            changed[i] ^= (byte)(1 << i % 8);
            changed[HeaderBytes + 3] ^= 0x40;
            ExpectReplaced(content, changed);
        }
    }

    [Theory]
    [InlineData("version 2", "version 1")]
    [InlineData("Vector", "Victor")]
    [InlineData("winograd True", "winograd Trua")]
    public void A_file_of_another_version_machine_or_option_is_replaced(string text, string other)
    {
        Run<TinyNetwork>(WithFile);
        byte[] content = File.ReadAllBytes(_packed);
        byte[] changed = [.. content];
        int place = changed.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.InRange(place, 0, HeaderBytes);
        Encoding.UTF8.GetBytes(other).CopyTo(changed, place);
        changed[HeaderBytes + 3] ^= 0x40;
        ExpectReplaced(content, changed);
    }

    [Fact]
    public void A_file_of_another_length_is_replaced()
    {
        Run<TinyNetwork>(WithFile);
        byte[] content = File.ReadAllBytes(_packed);
        foreach (int length in new[] { 100, HeaderBytes - 1, HeaderBytes, HeaderBytes + 64, content.Length - 1 })
            ExpectReplaced(content, content[..length]);
        ExpectReplaced(content, [.. content, 0]);
    }

    [Fact]
    public void Other_weights_options_and_networks_replace_it()
    {
        Run<TinyNetwork>(WithFile);
        Assert.Equal(Run<TinyNetwork>(new CpuOptions { UseWinograd = false }), Run<TinyNetwork>(WithFile with { UseWinograd = false }));
        Assert.Equal(_expected, Run<TinyNetwork>(WithFile));
        Assert.Equal(_expected, Run<RenamedNetwork>(WithFile));
        Assert.Contains("network Renamed", File.ReadAllText(_packed), StringComparison.Ordinal);

        // Of the same length and from the same time.
        DateTime time = File.GetLastWriteTimeUtc(_weights);
        File.WriteAllBytes(_weights, TinyNetwork.Weights(seed: 2));
        File.SetLastWriteTimeUtc(_weights, time);
        float[] others = Run<TinyNetwork>(new CpuOptions());
        Assert.NotEqual(_expected, others);
        Assert.Equal(others, Run<TinyNetwork>(WithFile));
        Assert.Equal(others, Run<TinyNetwork>(WithFile));

        // A change in the middle of a tensor, seen by the time.
        byte[] edited = File.ReadAllBytes(_weights);
        edited[^1500] ^= 0x40;
        File.WriteAllBytes(_weights, edited);
        File.SetLastWriteTimeUtc(_weights, time.AddSeconds(1));
        Assert.NotEqual(others, Run<TinyNetwork>(WithFile));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_network_is_loaded_all_the_same()
    {
        string file = _folder.Write("file", [1]);
        Assert.Equal(_expected, Run<TinyNetwork>(new CpuOptions { PackedFile = Path.Combine(file, "tiny.packed") }));
        Assert.Equal([1], File.ReadAllBytes(file));

        // A folder of that name.
        Directory.CreateDirectory(_packed);
        Assert.Equal(_expected, Run<TinyNetwork>(WithFile));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_packed)!));
    }

    [Fact]
    public void The_report_says_what_became_of_it()
    {
        Assert.Equal(PackedFileUse.None, Report(new CpuOptions()).PackedFile);
        Assert.Equal("nothing to report", Report(new CpuOptions()).ToString());
        Assert.Equal($"packed file {_packed}: written", Report(WithFile).ToString());
        LoadReport used = Report(WithFile);
        Assert.Equal((PackedFileUse.Used, _packed, null), (used.PackedFile, used.PackedFilePath, used.PackedFileReason));
        Assert.Equal($"packed file {_packed}: used", used.ToString());
        File.WriteAllText(_packed, "mine");
        LoadReport not = Report(WithFile);
        Assert.Equal(PackedFileUse.NotUsed, not.PackedFile);
        Assert.Contains("no file of packed weights, so it is not replaced", not.PackedFileReason, StringComparison.Ordinal);
        Assert.StartsWith($"packed file {_packed}: not used: ", not.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_others_are_left_alone()
    {
        Run<TinyNetwork>(WithFile);
        byte[] content = File.ReadAllBytes(_packed);
        byte[][] others =
        [
            [], [0], Encoding.UTF8.GetBytes("something else"), Encoding.UTF8.GetBytes("GradCam packed weights"), content[1..], [.. "x"u8, .. content],
            [0xEF, 0xBB, 0xBF, .. content], new byte[content.Length], TinyNetwork.Weights(seed: 5),
        ];
        foreach (byte[] other in others)
        {
            File.WriteAllBytes(_packed, other);
            Assert.Equal(PackedFileUse.NotUsed, Report(WithFile).PackedFile);
            Assert.Equal(other, File.ReadAllBytes(_packed));
            Assert.Equal([_packed], Directory.GetFiles(Path.GetDirectoryName(_packed)!));
        }
    }

    [Fact]
    public void The_weight_file_is_refused_by_whatever_name()
    {
        byte[] content = File.ReadAllBytes(_weights);
        string link = Path.Combine(_folder.Path, "link"), copy = _folder.Write("copy/of.safetensors", content);
        File.CreateSymbolicLink(link, _weights);
        string linkedFolder = Path.Combine(_folder.Path, "folder");
        Directory.CreateSymbolicLink(linkedFolder, _folder.Path);
        string[] names =
        [
            _weights, Path.Combine(_folder.Path, "cache", "..", "tiny.safetensors"), Path.GetRelativePath(Environment.CurrentDirectory, _weights), link, copy,
            Path.Combine(linkedFolder, "tiny.safetensors"),
        ];
        foreach (string name in names)
        {
            var exception = Assert.Throws<WeightException>(() => Run<TinyNetwork>(new CpuOptions { PackedFile = name }));
            Assert.Contains("PackedFile names the weight file", exception.Message, StringComparison.Ordinal);
            Assert.Equal(content, File.ReadAllBytes(_weights));
            Assert.Equal(content, File.ReadAllBytes(name));
        }

        using WeightSource stream = WeightLoading.OpenStream(new MemoryStream(content));
        Assert.Throws<WeightException>(() => new CpuOptions().Backend.Prepare<TinyNetwork>(stream, new CpuOptions { PackedFile = _weights }));
        Assert.Equal(content, File.ReadAllBytes(_weights));
    }

    [Fact]
    public void A_link_to_a_packed_file_stays_one()
    {
        string link = Path.Combine(_folder.Path, "packed.link");
        Directory.CreateDirectory(Path.GetDirectoryName(_packed)!);
        File.CreateSymbolicLink(link, _packed);
        var options = new CpuOptions { PackedFile = link };
        Assert.Equal(PackedFileUse.Written, Report(options).PackedFile);
        Assert.Equal(PackedFileUse.Used, Report(options).PackedFile);
        Assert.Equal(PackedFileUse.Written, Report(options with { UseWinograd = false }).PackedFile);
        Assert.Equal(_packed, new FileInfo(link).LinkTarget);
    }

    [SkippableFact]
    public void A_device_is_not_waited_for()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        Assert.Equal(PackedFileUse.NotUsed, Report(new CpuOptions { PackedFile = "/dev/full" }).PackedFile);
        Assert.Equal(PackedFileUse.NotUsed, Report(new CpuOptions { PackedFile = "/dev/tty" }).PackedFile);
        Assert.True(File.Exists("/dev/full"));
    }

    [Fact]
    public void Several_loads_at_once_leave_one_whole_file()
    {
        float[][] results = [.. Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(8).Select(_ => Run<TinyNetwork>(WithFile))];
        Assert.All(results, result => Assert.Equal(_expected, result));
        Assert.Equal([_packed], Directory.GetFiles(Path.GetDirectoryName(_packed)!));
        Assert.Equal(_expected, Run<TinyNetwork>(WithFile));
    }

    [Fact]
    public void What_an_interrupted_load_left_is_deleted_after_a_while()
    {
        Run<TinyNetwork>(WithFile);
        byte[] part = File.ReadAllBytes(_packed)[..5000];
        File.Delete(_packed);
        string digits = Guid.NewGuid().ToString("N");
        string left = _folder.Write($"cache/tiny.packed.{digits}.gradcam-tmp", part);
        string[] others =
        [
            _folder.Write($"cache/tiny.packed.{digits}.tmp", part), _folder.Write("cache/tiny.packed.notes.gradcam-tmp", part),
            _folder.Write($"cache/tiny.packed.{new string('0', 32)}.gradcam-tmp", [1, 2, 3]), _folder.Write("cache/tiny.packed.0123.tmp", [1, 2, 3]),
            _folder.Write($"cache/other.{digits}.gradcam-tmp", part), _folder.Write($"cache/my.tiny.packed.{digits}.gradcam-tmp", part),
        ];
        string recent = _folder.Write($"cache/tiny.packed.{Guid.NewGuid():N}.gradcam-tmp", part);
        foreach (string file in others.Append(left))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
        Run<TinyNetwork>(WithFile);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(recent));
        Assert.All(others, other => Assert.True(File.Exists(other), other));
    }

    [Fact]
    public void Weights_from_a_stream_are_recognised_by_their_hash()
    {
        using Model first = Load<TinyNetwork>(WeightLoading.OpenStream(new MemoryStream(TinyNetwork.Weights())), WithFile);
        DateTime made = File.GetLastWriteTimeUtc(_packed);
        using Model second = Load<TinyNetwork>(WeightLoading.OpenStream(new MemoryStream(TinyNetwork.Weights())), WithFile);
        Assert.Equal(made, File.GetLastWriteTimeUtc(_packed));
        Assert.Equal(_expected, TinyNetwork.Run(second));
    }

    [Fact]
    public void Weights_without_an_identity_are_refused()
    {
        var weights = new WeightDictionary();
        foreach (WeightInfo weight in TinyNetwork.Info.Weights)
            weights.Add(weight.Name, [.. weight.Shape], new float[weight.Shape.Aggregate((a, b) => a * b)]);
        Assert.Contains("dictionary", Assert.Throws<WeightException>(() => Load<TinyNetwork>(weights, WithFile)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_outlives_its_network_keeps_the_weights()
    {
        Run<TinyNetwork>(WithFile);
        Executor executor = Orphan();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        executor.Forward(new float[TinyNetwork.Info.Input.Length]);
        executor.Dispose();
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private Executor Orphan() => Load<TinyNetwork>(WeightLoading.OpenFile(_weights), WithFile).CreateExecutor();

    private static Model Load<TNetwork>(WeightSource source, CpuOptions options)
        where TNetwork : INetwork
    {
        using (source)
            return new CpuOptions().Backend.Prepare<TNetwork>(source, options);
    }

    private LoadReport Report(CpuOptions options)
    {
        using Model model = Load<TinyNetwork>(WeightLoading.OpenFile(_weights), options);
        Assert.Equal(options.UseWinograd ? _expected : TinyNetwork.Run(model), TinyNetwork.Run(model));
        return model.LoadReport;
    }

    private float[] Run<TNetwork>(CpuOptions options)
        where TNetwork : INetwork
    {
        using Model model = Load<TNetwork>(WeightLoading.OpenFile(_weights), options);
        return TinyNetwork.Run(model);
    }

    private void ExpectReplaced(byte[] expected, byte[] found)
    {
        File.WriteAllBytes(_packed, found);
        Assert.Equal(_expected, Run<TinyNetwork>(WithFile));
        Assert.Equal(expected, File.ReadAllBytes(_packed));
    }
}
