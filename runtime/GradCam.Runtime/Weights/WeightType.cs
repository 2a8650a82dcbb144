using System.Diagnostics.CodeAnalysis;

namespace GradCam.Weights;

/// <summary>The type of a stored tensor's elements, under its name in the safetensors format.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The format's own names.")]
public enum WeightType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a binary32.</summary>
    BF16,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>Anything else that the format defines: integers, booleans, 8-bit and smaller floats, complex numbers. Not readable as weights.</summary>
    Other,
}

/// <summary>The types that the safetensors format defines.</summary>
internal static class WeightTypes
{
    /// <summary>What a network can be loaded from, for messages.</summary>
    public const string Readable = "F32, F16, BF16 or F64";

    /// <summary>Finds a type by its name in the file.</summary>
    /// <param name="name">The header's "dtype".</param>
    /// <param name="type">The type.</param>
    /// <param name="bits">Bits per element; below 8 for the packed types.</param>
    public static bool TryParse(string name, out WeightType type, out int bits)
    {
        (type, bits) = name switch
        {
            "F32" => (WeightType.F32, 32),
            "F16" => (WeightType.F16, 16),
            "BF16" => (WeightType.BF16, 16),
            "F64" => (WeightType.F64, 64),
            "I64" or "U64" or "C64" => (WeightType.Other, 64),
            "I32" or "U32" => (WeightType.Other, 32),
            "I16" or "U16" => (WeightType.Other, 16),
            "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => (WeightType.Other, 8),
            "F6_E2M3" or "F6_E3M2" => (WeightType.Other, 6),
            "F4" => (WeightType.Other, 4),
            _ => (WeightType.Other, 0),
        };
        return bits != 0;
    }
}
