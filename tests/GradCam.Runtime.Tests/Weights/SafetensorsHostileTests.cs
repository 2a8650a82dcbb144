using System.Buffers.Binary;
using GradCam.Weights;

namespace GradCam.Tests.Weights;

/// <summary>Damaged and hostile files: always a <see cref="WeightException"/> or a valid file, never a crash, a hang or memory out of proportion.</summary>
public class SafetensorsHostileTests
{
    private const string FirstTensor = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";

    public static TheoryData<string, string> Headers => new()
    {
        { "", "expected the header's length" },
        { "{ ", "damaged header" },
        { "[]", "expected an object, found an array" },
        { "{} x", "damaged header" },
        { "{}{}", "damaged header" },
        { "{\"\":1}", "expected names of 1 to 1,024 characters" },
        { "{\"a\\u0007\":{}}", "control characters" },
        { "{\"a\\ud800\":{}}", "damaged header" },
        { "{\"a\":1}", "tensor 'a': expected an object, found '1'" },
        { "{\"a\":{}}", "found only some of them" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", "found only some of them" },
        { "{\"a\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,4]}}", "expected a type's name" },
        { "{\"a\":{\"dtype\":\"Q7\",\"shape\":[1],\"data_offsets\":[0,4]}}", "unknown type 'Q7'" },
        { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "found another key" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}", "expected an array as \"shape\"" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "expected a dimension of 0 to 2147483647, found '-1'" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "found '1.5'" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483648],\"data_offsets\":[0,4]}}", "found '2147483648'" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", "at most 8 dimensions" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}}", "overflows" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]}}", "overflows" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "expected 8 bytes for F32 [2], found data_offsets [0, 4]" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "run backwards" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", "found '-4'" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", "expected two data_offsets" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", "expected two data_offsets" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "expected its data at byte 0, the start of the data, found it at 4" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[9223372036854775807,9223372036854775807]}}", "expected its data at byte 0" },
        { "{" + FirstTensor + ",\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "tensor 'a' stands twice" },
        { "{" + FirstTensor + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}", "the end of tensor 'a'" },
        { "{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}}", "expected 2 bytes for F4 [3]" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "truncated in tensor 'a': expected 8 bytes of data after the header, found 4" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1073741824,1073741824],\"data_offsets\":[0,4611686018427387904]}}", "truncated in tensor 'a'" },
        { "{}", "expected 0 bytes of data after the header, found more" },
        { "{\"__metadata__\":{\"a\":1}}", "expected a string as metadata" },
        { "{\"__metadata__\":{},\"__metadata__\":{}}", "stands twice" },
        { "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "stands twice" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
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
