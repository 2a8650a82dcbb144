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

    /// <summary>Anything else: integers, booleans, 8-bit and smaller floats, complex numbers. Not readable as weights.</summary>
    Other,
}

/// <summary>The types under their names in a file.</summary>
internal static class WeightTypes
{
    /// <summary>What a network can be loaded from, for messages.</summary>
    public const string Readable = "F32, F16, BF16 or F64";

    /// <summary>Finds a type by its name in the file.</summary>
    /// <param name="name">The header's "dtype".</param>
    public static WeightType Of(string name) => name switch
    {
        "F32" => WeightType.F32,
        "F16" => WeightType.F16,
        "BF16" => WeightType.BF16,
        "F64" => WeightType.F64,
        _ => WeightType.Other,
    };
}
