using System.Buffers.Binary;

namespace GradCam.Fuzz.Mutators;

/// <summary>Changes weight files: mostly the header's JSON, with the length before it kept right.</summary>
internal static class SafetensorsMutator
{
    private const int PrefixLength = sizeof(ulong);

    private static readonly TextMutator Json = new(
        "{", "}", "[", "]", ":", ",", "\"", "\"\":", "\"a\":", "\"dtype\":\"F32\",", "\"shape\":[],", "\"data_offsets\":[0,0],", "\"__metadata__\":{},",
        "\"F16\"", "\"BF16\"",
        "\"F64\"", "\"F8_E4M3\"", "\"I64\"", "\"BOOL\"", "\"U8\"", "null", "true", "[[[[[[[[", "{\"a\":{\"a\":", "\\u0000", "\\ud800", "\\n",
        "\"conv1.weight\":",
        "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},", "\"b\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},",
        "\"extra\":{\"x\":[1,2,{}]},");

    public static byte[] Mutate(byte[] file, Random random)
    {
        if (file.Length < PrefixLength || random.Next(4) == 0)
            return ByteMutator.Mutate(file, random);
        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(file);
        int end = PrefixLength + (int)Math.Min(claimed, (ulong)(file.Length - PrefixLength));
        byte[] json = file[PrefixLength..end];
        byte[] data = file[end..];
        if (random.Next(8) == 0)
            data = ByteMutator.Mutate(data, random);
        else
            json = Json.Mutate(json, random);
        var prefix = new byte[PrefixLength];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, random.Next(16) == 0 ? ByteMutator.Limit(random) : json.Length);
        return [.. prefix, .. json, .. data];
    }
}
