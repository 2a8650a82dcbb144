using GradCam.Gen.Build.Safetensors;
using GradCam.Tests;
using GradCam.Weights;
using GradCam.Weights.Format;

namespace GradCam.Gen.Build.Tests.Safetensors;

/// <summary>The build's reader, and that it says the same of every file as the runtime's: what builds also loads.</summary>
public class SafetensorsHeaderTests
{
    [Fact]
    public void A_whole_file_gives_its_tensors_in_order()
    {
        IReadOnlyList<SafetensorsTensor> tensors = SafetensorsReader.Read(new MemoryStream(HostileFiles.Valid)).Tensors;
        Assert.Equal(
            ["F32 [2,1,2,2] conv1.weight 0..32", "F16 [2] conv1.bias 32..36", "I64 [] steps 36..44", "BF16 [1,3] fc 44..50"],
            tensors.Select(tensor => $"{tensor.Type} [{string.Join(',', tensor.Shape)}] {tensor.Name} {tensor.Begin}..{tensor.End}"));
    }

    [Theory]
    [MemberData(nameof(HostileFiles.BadHeaders), MemberType = typeof(HostileFiles))]
    public void A_bad_header_is_named_as_the_runtime_names_it(string json, string expected)
    {
        byte[] file = SafetensorsBuilder.Join(json, 0, 0, 0, 0);
        var exception = Assert.Throws<WeightFormatException>(() => SafetensorsReader.Read(new MemoryStream(file)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Equal($"net: {exception.Message}.", Assert.Throws<WeightException>(() => SafetensorsFile.FromMemory(file, "net")).Message);
    }

    [Theory]
    [MemberData(nameof(HostileFiles.UnusualHeaders), MemberType = typeof(HostileFiles))]
    public void What_no_network_reads_need_not_be_understood(string json)
    {
        byte[] file = SafetensorsBuilder.Join(json, 0, 0, 0, 0);
        List<string>? found = ReadByBuild(file);
        Assert.NotNull(found);
        Assert.Equal(ReadByRuntime(file), found);
    }

    [Theory]
    [MemberData(nameof(HostileFiles.ForeignFiles), MemberType = typeof(HostileFiles))]
    public void A_file_of_another_format_is_named_with_its_cure(byte[] file, string expected)
    {
        var exception = Assert.Throws<WeightFormatException>(() => SafetensorsReader.Read(new MemoryStream(file)));
        Assert.True(exception.IsForeign);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Equal($"net: {exception.Message}.", Assert.Throws<WeightException>(() => SafetensorsFile.FromMemory(file, "net")).Message);
    }

    [Fact]
    public void Ninety_nine_thousand_tensors_are_allocated_in_proportion()
    {
        byte[] file = HostileFiles.ManyTensors(99_999);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(99_999, SafetensorsReader.Read(new MemoryStream(file)).Tensors.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L * file.Length);
    }

    [Fact]
    public void Escapes_and_other_alphabets_are_read_as_the_runtime_reads_them()
    {
        byte[] file = SafetensorsBuilder.Join(
            """{ "a\"\\\/\u00e9 é漢\ud83d\ude00" : { "shape":[ ] , "data_offsets":[0,4],"dtype":"F3\u0032"} }   """, 0, 0, 0, 0);
        using SafetensorsFile expected = SafetensorsFile.FromMemory(file);
        Assert.Equal(expected.Names, SafetensorsReader.Read(new MemoryStream(file)).Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Very_deep_JSON_is_an_error()
    {
        byte[] file = SafetensorsBuilder.Join("{\"a\":{\"shape\":" + new string('[', 1_000_000));
        Assert.Throws<WeightFormatException>(() => SafetensorsReader.Read(new MemoryStream(file)));
    }

    [Fact]
    public void Cut_anywhere_it_is_an_error()
    {
        for (int length = 0; length < HostileFiles.Valid.Length; length++)
            Assert.Throws<WeightFormatException>(() => SafetensorsReader.Read(new MemoryStream(HostileFiles.Valid[..length])));
    }

    [Fact]
    public void A_claim_of_a_long_header_allocates_nothing()
    {
        byte[] file = [0, 225, 245, 5, 0, 0, 0, 0, (byte)'{', (byte)'}'];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WeightFormatException>(() => SafetensorsReader.Read(new MemoryStream(file)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    [Fact]
    public void Thirty_thousand_mutations_are_judged_as_the_runtime_judges_them()
    {
        int readable = 0;
        for (int seed = 0; seed < 30_000; seed++)
        {
            byte[] bytes = HostileFiles.Mutate(seed);
            List<string>? expected = ReadByRuntime(bytes);
            List<string>? found = ReadByBuild(bytes);
            bool agree = expected is null ? found is null : found is not null && expected.SequenceEqual(found);
            Assert.True(agree, $"The readers disagree about the mutation of seed {seed}.");
            readable += found is null ? 0 : 1;
        }
        Assert.InRange(readable, 3_000, 27_000);
    }

    private static List<string>? ReadByBuild(byte[] bytes)
    {
        try
        {
            IReadOnlyList<SafetensorsTensor> tensors = SafetensorsReader.Read(new MemoryStream(bytes)).Tensors;
            return [.. tensors.Select(tensor => $"{tensor.Name} [{string.Join(',', tensor.Shape)}] {tensor.End - tensor.Begin}")];
        }
        catch (WeightFormatException)
        {
            return null;
        }
    }

    private static List<string>? ReadByRuntime(byte[] bytes)
    {
        try
        {
            using SafetensorsFile file = SafetensorsFile.FromMemory(bytes);
            var tensors = new List<string>();
            foreach (string name in file.Names)
            {
                file.TryGetShape(name, out ReadOnlySpan<int> shape);
                file.TryGetRaw(name, out _, out ReadOnlySpan<byte> raw);
                tensors.Add($"{name} [{string.Join(',', shape.ToArray())}] {raw.Length}");
            }
            return tensors;
        }
        catch (WeightException)
        {
            return null;
        }
    }
}
