using System.Text.Json;
using CsCheck;

namespace GradCam.Gen.Tests.Harness;

/// <summary>Draws that are the same in every run: a suite that fails by chance tells nobody what was changed.</summary>
internal static class Samples
{
    private const ulong Seed = 20261127;

    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };

    /// <summary>Checks as many values; value number i has the stream i of random numbers.</summary>
    public static void Check<T>(this Gen<T> values, int count, Action<T> check)
    {
        for (uint i = 0; i < count; i++)
        {
            T value = values.Generate(new PCG(i, Seed), null, out _);
            try
            {
                check(value);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Value {i}, {Print(value)}: {exception.Message}", exception);
            }
        }
    }

    private static string Print<T>(T value) => JsonSerializer.Serialize(value, WithFields);
}
