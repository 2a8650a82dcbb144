using GradCam.Gen.Build.Safetensors;
using GradCam.Tests;
using GradCam.Weights;

namespace GradCam.Gen.Build.Tests.Safetensors;

/// <summary>The build's reader, and that it says the same of every file as the runtime's: what builds also loads.</summary>
public class SafetensorsHeaderTests
{
    [Fact]
    public void A_whole_file_gives_its_tensors_in_order()
    {
        IReadOnlyList<SafetensorsTensor> tensors = SafetensorsHeader.Read(new MemoryStream(HostileFiles.Valid));
        Assert.Equal(
            ["F32 [2,1,2,2] conv1.weight 0..32", "F16 [2] conv1.bias 32..36", "I64 [] steps 36..44", "BF16 [1,3] fc 44..50"],
            tensors.Select(tensor => $"{tensor.Type} [{string.Join(',', tensor.Shape)}] {tensor.Name} {tensor.Begin}..{tensor.End}"));
    }

    [Theory]
    [InlineData("", "not a safetensors file: expected the header's length in the first 8 bytes, found 0")]
    [InlineData("{ ", "damaged header near byte 2: expected a name, found the end")]
    [InlineData("[]", "damaged header near byte 0: expected '{', found '['")]
    [InlineData("{} x", "damaged header near byte 3: expected the end, found 'x'")]
    [InlineData("{\"a\"1}", "expected ':', found '1'")]
    [InlineData("{,}", "expected a name, found ','")]
    [InlineData("{\"a\":1}", "tensor 'a': expected an object, found '1'")]
    [InlineData("{\"a\\u0007\":{}}", "a name has control characters")]
    [InlineData("{\"a\\u2028\":{}}", "a name has control characters")]
    [InlineData("{\"a\\ud800\":{}}", "half a surrogate pair")]
    [InlineData("{\"a\\q\":{}}", "unknown escape \\q")]
    [InlineData("{\"a\\u12g4\":{}}", "expected four hexadecimal digits")]
    [InlineData("{\"a\\", "found the end")]
    [InlineData("{\"\":{}}", "expected names of 1 to 1024 characters, found one of 0")]
    [InlineData("{\"a\":{}}", "tensor 'a': expected \"dtype\", \"shape\" and \"data_offsets\", found only some of them")]
    [InlineData("{\"a\":{\"dtype\":\"Q7\",\"shape\":[1],\"data_offsets\":[0,4]}}", "unknown type")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "found another key")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "expected a dimension of 0 to 2147483647, found '-1'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[01],\"data_offsets\":[0,4]}}", "found '01'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", "found '1.0'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", "expected at most 8 dimensions, found more")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}}", "overflows")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "expected 8 bytes for F32 [2], found data_offsets [0, 4]")]
    [InlineData("{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}}", "expected whole bytes for F4 [3]")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "expected its data at byte 0, the start of the data, found it at 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "truncated in tensor 'a': expected its data to byte 8")]
    [InlineData("{}", "expected 0 bytes of data after the header, found 4")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "expected a string as metadata")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", "stands twice")]
    [InlineData("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "stands twice")]
    public void A_bad_header_is_named(string json, string expected)
    {
        byte[] file = SafetensorsBuilder.Join(json, 0, 0, 0, 0);
        var exception = Assert.Throws<InvalidDataException>(() => SafetensorsHeader.Read(new MemoryStream(file)));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Throws<WeightException>(() => SafetensorsFile.FromMemory(file));
    }

    [Fact]
    public void Escapes_and_other_alphabets_are_read_as_the_runtime_reads_them()
    {
        byte[] file = SafetensorsBuilder.Join(
            """{ "a\"\\\/\u00e9 é漢\ud83d\ude00" : { "shape":[ ] , "data_offsets":[0,4],"dtype":"F3\u0032"} }   """, 0, 0, 0, 0);
        using SafetensorsFile expected = SafetensorsFile.FromMemory(file);
        Assert.Equal(expected.Names, SafetensorsHeader.Read(new MemoryStream(file)).Select(tensor => tensor.Name));
    }

    [Fact]
    public void Very_deep_JSON_is_an_error()
    {
        byte[] file = SafetensorsBuilder.Join("{\"a\":{\"shape\":" + new string('[', 1_000_000));
        Assert.Throws<InvalidDataException>(() => SafetensorsHeader.Read(new MemoryStream(file)));
    }

    [Fact]
    public void Cut_anywhere_it_is_an_error()
    {
        for (int length = 0; length < HostileFiles.Valid.Length; length++)
            Assert.Throws<InvalidDataException>(() => SafetensorsHeader.Read(new MemoryStream(HostileFiles.Valid[..length])));
    }

    [Fact]
    public void A_claim_of_a_long_header_allocates_nothing()
    {
        byte[] file = [0, 225, 245, 5, 0, 0, 0, 0, (byte)'{', (byte)'}'];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SafetensorsHeader.Read(new MemoryStream(file)));
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
            IReadOnlyList<SafetensorsTensor> tensors = SafetensorsHeader.Read(new MemoryStream(bytes));
            return [.. tensors.Select(tensor => $"{tensor.Name} [{string.Join(',', tensor.Shape)}] {tensor.End - tensor.Begin}")];
        }
        catch (InvalidDataException)
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
