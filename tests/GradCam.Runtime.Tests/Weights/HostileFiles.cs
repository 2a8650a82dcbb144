using System.Globalization;
using System.Text;

namespace GradCam.Tests;

/// <summary>Damaged safetensors files, for both readers of them: the build's and the runtime's.</summary>
internal static class HostileFiles
{
    private const string FirstTensor = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";

    /// <summary>Headers before four bytes of data, and what the message says of them.</summary>
    public static TheoryData<string, string> BadHeaders => new()
    {
        { "", "not a safetensors file: expected the header's length in the first 8 bytes, found 0" },
        { "{ ", "damaged header near byte 2: expected a name, found the end" },
        { "[]", "expected '{' at byte 8, where its header begins, found byte 91" },
        { "{} x", "damaged header near byte 3: expected the end, found 'x'" },
        { "{}{}", "expected the end, found '{'" },
        { "{\"\":1}", "expected a name, found an empty one" },
        { "{\"a\\u0007\":{}}", "the name 'a\\u0007' has control characters" },
        { "{\"a\\ud800\":{}}", "half a surrogate pair" },
        { "{\"a\":1}", "tensor 'a': expected an object, found '1'" },
        { "{\"a\":{}}", "found only some of them" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", "found only some of them" },
        { "{\"a\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,4]}}", "expected a type's name" },
        { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "found one twice" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}", "expected an array as \"shape\"" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "expected a dimension of 0 or more, found '-1'" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "found '1.5'" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}}", "overflows" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]}}", "overflows" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "expected 8 bytes for F32 [2], found data_offsets [0, 4]" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", "data_offsets [4, 0] run backwards" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", "found '-4'" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", "expected two data_offsets" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", "expected two data_offsets" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "expected its data at byte 0, the start of the data, found it at 4" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[9223372036854775807,9223372036854775807]}}", "expected its data at byte 0" },
        { "{" + FirstTensor + ",\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "tensor 'a': it stands twice" },
        { "{" + FirstTensor + ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}", "the end of tensor 'a'" },
        { "{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,2]}}", "expected whole bytes that a file can have for F4 [3]" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "truncated in tensor 'a': expected 8 bytes of data after the header, found 4" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1073741824,1073741824],\"data_offsets\":[0,4611686018427387904]}}", "truncated in tensor 'a'" },
        { "{}", "expected 0 bytes of data after the header, found more" },
        { "{\"__metadata__\":{\"a\":1}}", "expected a string as metadata" },
        { "{\"__metadata__\":{},\"__metadata__\":{}}", "stands twice" },
        { "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "stands twice" },
        { " {}", "expected '{' at byte 8" },
        { "\n{}", "expected '{' at byte 8" },
        { "{\"a\"1}", "expected ':', found '1'" },
        { "{,}", "expected a name, found ','" },
        { "{" + FirstTensor + ",}", "expected a name, found '}'" },
        { "{" + FirstTensor + " " + FirstTensor + "}", "expected ',' or '}', found '\"'" },
        { "{\"a\\u2028\":{}}", "has control characters" },
        { "{\"a\\q\":{}}", "escape" },
        { "{\"a\\u12g4\":{}}", "escape" },
        { "{\"a\\", "found the end" },
        { "{\"a\tb\":{}}", "expected '\"', found byte 9" },
        { Entry("\"F32\"", "[--,1]", "[0,4]"), "found '--'" },
        { Entry("\"F32\"", "[+1]", "[0,4]"), "found '+1'" },
        { Entry("\"F32\"", "[01]", "[0,4]"), "found '01'" },
        { Entry("\"F32\"", "[1.0]", "[0,4]"), "found '1.0'" },
        { Entry("\"F32\"", "[1e0]", "[0,4]"), "found '1e0'" },
        { Entry("\"F32\"", "[-0]", "[0,4]"), "found '-0'" },
        { Entry("\"F32\"", "[1_0]", "[0,4]"), "expected ',' or ']', found '_'" },
        { Entry("\"F32\"", "[1,]", "[0,4]"), "expected a dimension" },
        { Entry("\"F32\"", "[true]", "[0,4]"), "found 'true'" },
        { Entry("\"F32\"", "[9223372036854775808]", "[0,4]"), "found '9223372036854775808'" },
        { Entry("\"F32\"", "[1]", "[+0,4]"), "found '+0'" },
        { Entry("\"F32\"", "[1]", "[0,99999999999999999999]"), "expected two data_offsets from 0 up" },
        { Entry("\"\"", "[1]", "[0,4]"), "expected a type's name" },
        { Entry("\"F 32\"", "[1]", "[0,4]"), "expected a type's name" },
        { Entry("\"F32\"", "[1]", "[0,4]", ",\"x\":nul"), "found 'nul'" },
        { Entry("\"F32\"", "[1]", "[0,4]", ",\"x\":[1}"), "expected ',' or ']'" },
        { Entry("\"F32\"", "[1]", "[0,4]", ",\"x\":01"), "found '01'" },
        { Entry("\"Q7\"", "[1]", "[4,8]"), "expected its data at byte 0" },
    };

    /// <summary>Headers of one tensor before four bytes of data that are right, though no network could read that tensor.</summary>
    public static TheoryData<string> UnusualHeaders => new()
    {
        Entry("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]"),
        Entry("\"F32\"", $"[{string.Join(',', Enumerable.Repeat("1", 100))}]", "[0,4]"),
        Entry("\"F8_E4M3\"", "[4]", "[0,4]"),
        Entry("\"F8_E5M2\"", "[2,2]", "[0,4]"),
        Entry("\"F8_E4M3FNUZ\"", "[4]", "[0,4]"),
        Entry("\"Q7\"", "[7]", "[0,4]"),
        Entry("\"Q7\"", "[2147483648,0]", "[0,4]"),
        Entry("\"Q1\"", "[4294967296]", "[0,4]"),
        Entry("\"F4\"", "[8]", "[0,4]"),
        Entry("\"F32\"", "[1]", "[0,4]", ",\"note\":{\"of\":[1.5e-3,null,true,\"\\u0041\",{},[]]}"),
        Entry("\"F32\"", "[1]", "[0,4]", ",\"dtype2\":-0.0"),
        Entry("\"F3\\u0032\"", " [ 1 ] ", " [ 0 , 4 ] "),
        Entry("\"F32\"", "[1]", "[0,4]").Replace("\"a\"", $"\"{new string('n', 5000)}\"", StringComparison.Ordinal),
        Entry("\"F32\"", "[1]", "[0,4]") + "  \n\t\r ",
    };

    /// <summary>What else is given as a weight file, and what the message says.</summary>
    public static TheoryData<byte[], string> ForeignFiles => new()
    {
        { [], "an empty file" },
        { Encoding.ASCII.GetBytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 46827520\n"), "a Git LFS pointer instead of the file " +
        "itself. Fetch it" },
        { [(byte)'P', (byte)'K', 3, 4, 0, 0, 8, 8, 0, 0, 0, 0], "a zip archive, as PyTorch's .pt and .pth files are. Convert it" },
        { [0x80, 2, (byte)'c', .. "collections\nOrderedDict\n"u8], "a pickle" },
        { [0x80, 2, (byte)'}', (byte)'.'], "a pickle" },
        { [0x80, 4, 0x95, 5, 0, 0, 0, 0, 0, 0, 0, .. new byte[100]], "a pickle" },
        { [0x89, .. "HDF\r\n\x1a\n"u8, 0, 0, 0], "an HDF5 file, as Keras's .h5 files are. Export" },
        { [.. "GGUF"u8, 3, 0, 0, 0, 0, 0, 0, 0], "a GGUF file" },
        { [8, 7, 0x12, 7, .. "pytorch"u8, 0x1a, 5], "an ONNX model. It holds spec and weights at once" },
        { [8, 10, 0x3a, 0x90, 0x4e, 10, 2, 10, 0], "an ONNX model" },
        { [0x1c, 0, 0, 0, .. "TFL3"u8, 0, 0], "a TensorFlow Lite model" },
        { [0x93, .. "NUMPY"u8, 1, 0, 0x76, 0], "a NumPy array" },
        { [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0], "a gzip archive" },
        { Encoding.ASCII.GetBytes("<!DOCTYPE html>\n<html><head><title>Sign in</title>"), "a web page: the download failed" },
        { Encoding.UTF8.GetBytes("\ufeff\r\n  <html lang=\"en\">"), "a web page" },
        { Encoding.ASCII.GetBytes("{\"metadata\": {\"total_size\": 1}, \"weight_map\": {}}"), "a JSON file" },
        { Encoding.ASCII.GetBytes("Entry not found"), "a text file" },
    };

    /// <summary>A file of many tensors of one float.</summary>
    public static byte[] ManyTensors(int count)
    {
        var json = new StringBuilder("{");
        for (int i = 0; i < count; i++)
        {
            json.Append(i == 0 ? "" : ",").Append(
                CultureInfo.InvariantCulture, $"\"layer{i}.conv.weight\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{4 * i},{4 * i + 4}]}}");
        }

        return SafetensorsBuilder.Join(json.Append('}').ToString(), new byte[4 * count]);
    }

    private static string Entry(string type, string shape, string offsets, string more = "") =>
        $"{{\"a\":{{\"dtype\":{type},\"shape\":{shape},\"data_offsets\":{offsets}{more}}}}}";

    /// <summary>A small file of every kind of tensor that the mutations start from.</summary>
    public static byte[] Valid { get; } = new SafetensorsBuilder()
        .AddMetadata("format", "pt")
        .Add("conv1.weight", [2, 1, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8)
        .Add("conv1.bias", "F16", [2], [0, 0x3c, 0, 0x40])
        .Add("steps", "I64", [], [1, 0, 0, 0, 0, 0, 0, 0])
        .Add("fc", "BF16", [1, 3], [0x80, 0x3f, 0, 0x40, 0x40, 0x40])
        .Build();

    /// <summary>The file with one to three random edits: bytes, bits, digits, cuts and insertions.</summary>
    public static byte[] Mutate(int seed)
    {
        var random = new Random(seed);
        List<byte> bytes = [.. Valid];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 1));
                    break;
                case 4:
                    // A digit for a digit: other numbers, still JSON.
                    int digit = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                        bytes[digit] = (byte)('0' + random.Next(10));
                    break;
                default:
                    bytes[^(1 + random.Next(Math.Min(8, bytes.Count)))] = (byte)random.Next(256);
                    break;
            }
            if (bytes.Count == 0)
                break;
        }
        return [.. bytes];
    }
}
