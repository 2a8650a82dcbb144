using System.Security.Cryptography;
using GradCam.Weights;

namespace GradCam.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private static readonly byte[] Small = new SafetensorsBuilder()
        .AddMetadata("classes", "cat,dog")
        .Add("fc.weight", [2, 3], 1, 2, 3, 4, 5, 6)
        .Add("scalar", [], 7)
        .Add("empty", [0, 4])
        .Add("steps", "I64", [1], [9, 0, 0, 0, 0, 0, 0, 0])
        .Add("mask", "F4", [4], [0x21, 0x43])
        .Build();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public enum Way
    {
        Mapped,
        Stream,
        StreamWithoutLength,
        Managed,
        UnmanagedStream,
        Unaligned,
    }

    public static TheoryData<Way> Ways => new(Enum.GetValues<Way>());

    [Theory]
    [MemberData(nameof(Ways))]
    public void Reads_the_same_every_way(Way way)
    {
        using SafetensorsFile file = Open(Small, way);

        Assert.Equal(["fc.weight", "scalar", "empty", "steps", "mask"], file.Names);
        Assert.Equal("cat,dog", file.Metadata["classes"]);
        Assert.True(file.TryGetShape("fc.weight", out ReadOnlySpan<int> shape));
        Assert.Equal([2, 3], shape.ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], Read(file, "fc.weight", 6));
        Assert.True(file.TryGetShape("scalar", out shape));
        Assert.Equal(0, shape.Length);
        Assert.Equal([7f], Read(file, "scalar", 1));
        Assert.Empty(Read(file, "empty", 0));
        Assert.False(file.TryGetShape("fc.bias", out _));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Small)), file.ComputeSha256());
    }

    [Fact]
    public void Raw_bytes_are_the_stored_ones()
    {
        using SafetensorsFile file = Open(Small, Way.Mapped);
        Assert.True(file.TryGetRaw("scalar", out WeightType type, out ReadOnlySpan<byte> bytes));
        Assert.Equal(WeightType.F32, type);
        Assert.Equal(7f, BitConverter.ToSingle(bytes));
        Assert.True(file.TryGetRaw("steps", out type, out bytes));
        Assert.Equal(WeightType.Other, type);
        Assert.Equal(8, bytes.Length);
        Assert.False(file.TryGetRaw("none", out _, out _));
    }

    [Fact]
    public void Reading_integers_says_what_was_expected()
    {
        using SafetensorsFile file = Open(Small, Way.Managed);
        var exception = Assert.Throws<WeightException>(() => Read(file, "steps", 1));
        Assert.Equal("small: tensor 'steps': expected F32, F16, BF16 or F64, found I64.", exception.Message);
    }

    [Fact]
    public void Reading_into_the_wrong_length_says_the_shape()
    {
        using SafetensorsFile file = Open(Small, Way.Managed);
        var exception = Assert.Throws<WeightException>(() => Read(file, "fc.weight", 5));
        Assert.Equal("small: tensor 'fc.weight': expected 5 elements, found [2, 3].", exception.Message);
    }

    [Fact]
    public void Reading_a_misspelt_name_suggests_the_right_one()
    {
        using SafetensorsFile file = Open(Small, Way.Managed);
        var exception = Assert.Throws<WeightException>(() => Read(file, "fc.wieght", 6));
        Assert.Equal("small: expected a tensor 'fc.wieght', found none of that name. Did you mean 'fc.weight'?", exception.Message);
    }

    [Fact]
    public void After_Dispose_nothing_is_read()
    {
        SafetensorsFile file = Open(Small, Way.Mapped);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Read(file, "scalar", 1));
        Assert.Throws<ObjectDisposedException>(() => file.TryGetRaw("scalar", out _, out _));
        Assert.Throws<ObjectDisposedException>(file.ComputeSha256);
    }

    [Fact]
    public void A_stream_stays_open_and_the_file_outlives_it()
    {
        var stream = new MemoryStream(Small);
        using SafetensorsFile file = SafetensorsFile.Open(stream);
        Assert.True(stream.CanRead);
        stream.Dispose();
        Assert.Equal([7f], Read(file, "scalar", 1));
    }

    [Fact]
    public void A_missing_file_a_folder_and_an_empty_file_are_errors_with_the_path()
    {
        string missing = Path.Combine(_folder.Path, "missing.safetensors");
        Assert.Equal($"{missing}: no such file.", Assert.Throws<WeightException>(() => SafetensorsFile.Open(missing)).Message);
        var folder = Assert.Throws<WeightException>(() => SafetensorsFile.Open(_folder.Path));
        Assert.StartsWith($"{_folder.Path}: cannot be read: ", folder.Message, StringComparison.Ordinal);
        string empty = _folder.Write("empty.safetensors", []);
        Assert.Equal(
            $"{empty}: expected a safetensors file, found an empty file. Copy or download it again.",
            Assert.Throws<WeightException>(() => SafetensorsFile.Open(empty)).Message);
    }

    [SkippableFact]
    public void A_file_above_2_GiB_is_read_behind_the_2_GiB()
    {
        Skip.If(OperatingSystem.IsWindows(), "Would really write 2.4 GB: no sparse files by default.");
        const long BigBytes = 4L * 600_000_000;
        byte[] start = SafetensorsBuilder.Join(
            $"{{\"big\":{{\"dtype\":\"F32\",\"shape\":[600000000],\"data_offsets\":[0,{BigBytes}]}}," +
            $"\"last\":{{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[{BigBytes},{BigBytes + 8}]}}}}");
        string path = _folder.Write("big.safetensors", start);
        using (FileStream stream = File.OpenWrite(path))
        {
            stream.Position = start.Length + BigBytes - 4;
            stream.Write([0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40, 0, 0, 0xa0, 0x40]);
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal([4f, 5f], Read(file, "last", 2));
        Assert.False(file.TryGetRaw("big", out _, out _));
    }

    [SkippableFact]
    public void The_photo_network_is_read_whole()
    {
        string path = Path.Combine(SharedFolder(), "photo10", "photo10.safetensors");
        Skip.IfNot(File.Exists(path), "No sibling folder ../shared.");
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal("airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck", file.Metadata["classes"]);
        foreach (string name in file.Names)
        {
            Assert.True(file.TryGetRaw(name, out WeightType type, out ReadOnlySpan<byte> bytes));
            Assert.Equal(WeightType.F16, type);
            float[] values = Read(file, name, bytes.Length / 2);
            for (int i = 0; i < values.Length; i++)
                Assert.Equal((float)BitConverter.ToHalf(bytes[(2 * i)..]), values[i]);
        }
    }

    private static string SharedFolder()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "GradCam.Gen.sln")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? ".", "..", "shared");
    }

    private unsafe SafetensorsFile Open(byte[] bytes, Way way)
    {
        switch (way)
        {
            case Way.Mapped:
                return SafetensorsFile.Open(_folder.Write("small.safetensors", bytes));
            case Way.Stream:
                return SafetensorsFile.Open(new MemoryStream(bytes), "small");
            case Way.StreamWithoutLength:
                return SafetensorsFile.Open(new DrippingStream(bytes), "small");
            case Way.Managed:
                return SafetensorsFile.FromMemory(bytes, "small");
            default:
                int offset = way == Way.Unaligned ? 3 : 0;
                byte[] pinned = GC.AllocateArray<byte>(bytes.Length + offset, pinned: true);
                bytes.CopyTo(pinned, offset);
                fixed (byte* start = pinned)
                {
                    return SafetensorsFile.FromMemory(new KeepingStream(start + offset, bytes.Length, pinned), "small");
                }
        }
    }

    private static float[] Read(SafetensorsFile file, string name, int count)
    {
        float[] values = new float[count];
        file.Read(name, values);
        return values;
    }

    /// <summary>Over a pinned array, which lives as long as the stream.</summary>
    private sealed unsafe class KeepingStream(byte* start, int length, byte[] array) : UnmanagedMemoryStream(start, length)
    {
        public byte[] Array { get; } = array;
    }

    /// <summary>Neither seeks nor tells its length, and gives at most 7 bytes at once.</summary>
    private sealed class DrippingStream(byte[] bytes) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int taken = Math.Min(Math.Min(7, count), bytes.Length - _position);
            bytes.AsSpan(_position, taken).CopyTo(buffer.AsSpan(offset));
            _position += taken;
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
