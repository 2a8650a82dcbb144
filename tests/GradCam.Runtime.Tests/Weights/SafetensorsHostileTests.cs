using System.Buffers.Binary;
using GradCam.Weights;

namespace GradCam.Tests.Weights;

/// <summary>Damaged and hostile files: always a <see cref="WeightException"/> or a valid file, never a crash, a hang or memory out of proportion.</summary>
public class SafetensorsHostileTests
{
    [Theory]
    [MemberData(nameof(HostileFiles.BadHeaders), MemberType = typeof(HostileFiles))]
    public void A_bad_header_is_named(string json, string expected)
    {
        byte[] file = SafetensorsBuilder.Join(json, 0, 0, 0, 0);
        foreach (Func<byte[], SafetensorsFile> open in Ways)
        {
            var exception = Assert.Throws<WeightException>(() => open(file).Dispose());
            Assert.StartsWith("hostile: ", exception.Message, StringComparison.Ordinal);
            Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(HostileFiles.UnusualHeaders), MemberType = typeof(HostileFiles))]
    public void What_no_network_reads_need_not_be_understood(string json)
    {
        byte[] file = SafetensorsBuilder.Join(json, 0, 0, 0, 0);
        foreach (Func<byte[], SafetensorsFile> open in Ways)
        {
            using SafetensorsFile weights = open(file);
            Assert.Single(weights.Names);
        }
    }

    [Theory]
    [MemberData(nameof(HostileFiles.ForeignFiles), MemberType = typeof(HostileFiles))]
    public void A_file_of_another_format_is_named_with_its_cure(byte[] file, string expected)
    {
        foreach (Func<byte[], SafetensorsFile> open in Ways)
        {
            var exception = Assert.Throws<WeightException>(() => open(file).Dispose());
            Assert.StartsWith("hostile: expected a safetensors file, found ", exception.Message, StringComparison.Ordinal);
            Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ninety_nine_thousand_tensors_are_allocated_in_proportion()
    {
        byte[] file = HostileFiles.ManyTensors(99_999);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using (var weights = SafetensorsFile.FromMemory(file))
            Assert.Equal(99_999, weights.Names.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6L * file.Length);
    }

    [Fact]
    public void Values_that_are_skipped_are_of_a_bounded_depth()
    {
        byte[] file = SafetensorsBuilder.Join("{\"a\":{\"x\":" + new string('[', 100));
        Assert.Contains("levels", Assert.Throws<WeightException>(() => SafetensorsFile.FromMemory(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Very_deep_JSON_is_an_error()
    {
        foreach (string deep in (string[])["{\"a\":" + new string('[', 1_000_000), string.Concat(Enumerable.Repeat("{\"a\":", 200_000))])
            Assert.Throws<WeightException>(() => SafetensorsFile.FromMemory(SafetensorsBuilder.Join(deep)));
    }

    [Fact]
    public void A_message_does_not_repeat_a_hostile_name()
    {
        string name = new('x', 1_000);
        byte[] file = SafetensorsBuilder.Join($"{{\"{name}\":1}}");
        var exception = Assert.Throws<WeightException>(() => SafetensorsFile.FromMemory(file));
        Assert.InRange(exception.Message.Length, 1, 300);
    }

    [Fact]
    public void Cut_anywhere_it_is_an_error()
    {
        for (int length = 0; length < HostileFiles.Valid.Length; length++)
        {
            foreach (Func<byte[], SafetensorsFile> open in Ways)
                Assert.Throws<WeightException>(() => open(HostileFiles.Valid[..length]).Dispose());
        }
    }

    [Fact]
    public void A_claim_of_much_data_allocates_little()
    {
        // 4 EiB claimed, and the largest header that the format allows.
        byte[] data = SafetensorsBuilder.Join("""{"a":{"dtype":"U8","shape":[2147483647,2147483647],"data_offsets":[0,4611686014132420609]}}""");
        byte[] header = new byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(header, 100_000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WeightException>(() => SafetensorsFile.Open(new MemoryStream(data)));
        Assert.Throws<WeightException>(() => SafetensorsFile.Open(new MemoryStream(header)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Thirty_thousand_mutations_are_errors_or_readable()
    {
        int readable = 0;
        for (int seed = 0; seed < 30_000; seed++)
        {
            byte[] bytes = HostileFiles.Mutate(seed);
            Func<byte[], SafetensorsFile> open = Ways[seed % Ways.Length];
            try
            {
                using SafetensorsFile file = open(bytes);
                foreach (string name in file.Names)
                {
                    Assert.True(file.TryGetShape(name, out ReadOnlySpan<int> shape));
                    Assert.True(file.TryGetRaw(name, out WeightType type, out ReadOnlySpan<byte> raw));
                    Assert.InRange(raw.Length, 0, bytes.Length);
                    if (type == WeightType.Other)
                        continue;
                    int count = 1;
                    foreach (int size in shape)
                        count *= size;
                    file.Read(name, new float[count]);
                }
                readable++;
            }
            catch (WeightException exception)
            {
                Assert.StartsWith("hostile: ", exception.Message, StringComparison.Ordinal);
            }
        }
        // Mutations of the data alone must pass, those of the structure must not.
        Assert.InRange(readable, 3_000, 27_000);
    }

    private static readonly Func<byte[], SafetensorsFile>[] Ways =
    [
        bytes => SafetensorsFile.FromMemory(bytes, "hostile"),
        bytes => SafetensorsFile.Open(new MemoryStream(bytes), "hostile"),
    ];
}
