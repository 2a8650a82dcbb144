using System.Globalization;
using GradCam.Images;

namespace GradCam.Manifests;

/// <summary>Compares manifests.</summary>
internal static class ManifestComparison
{
    public static IReadOnlyList<ManifestDifference> Compare(ExplanationManifest expected, ExplanationManifest found)
    {
        var differences = new List<ManifestDifference>();
        Check("network", expected.Network, found.Network);
        CheckHash("specSha256", expected.SpecSha256, found.SpecSha256);
        CheckHash("weightsSha256", expected.WeightsSha256, found.WeightsSha256);
        CheckHash("generatorVersion", expected.GeneratorVersion, found.GeneratorVersion);
        Check("runtimeVersion", expected.RuntimeVersion, found.RuntimeVersion);
        Check("instructionSet", expected.InstructionSet, found.InstructionSet);
        CheckHash("pixelsSha256", expected.PixelsSha256, found.PixelsSha256);
        Check("inputsSha256", string.Join(", ", expected.InputsSha256), string.Join(", ", found.InputsSha256));
        Check("layer", expected.Layer, found.Layer);
        Check("method", expected.Method, found.Method);
        Check("parameters", expected.Parameters, found.Parameters);
        Check("target", expected.Target, found.Target);
        Check("classIndex", Text(expected.ClassIndex), Text(found.ClassIndex));
        Check("isCounterfactual", Text(expected.IsCounterfactual), Text(found.IsCounterfactual));
        Check("seed", Text(expected.Seed), Text(found.Seed));
        CheckLogits(expected.Logits, found.Logits);
        CheckHash("valuesSha256", expected.ValuesSha256, found.ValuesSha256);
        Check("map", $"{expected.Map.Width}x{expected.Map.Height}", $"{found.Map.Width}x{found.Map.Height}");
        Check("map.sha256", expected.Map.Sha256, found.Map.Sha256);
        // A hash that was not touched, and values that were.
        Check("map.values", Hash(expected.Map.Values), Hash(found.Map.Values));
        return differences;

        void Check(string name, string one, string other)
        {
            if (one != other)
                differences.Add(new ManifestDifference { Name = name, Expected = one, Found = other });
        }

        void CheckHash(string name, string? one, string? other)
        {
            if (one is not null && other is not null)
                Check(name, one, other);
        }

        void CheckLogits(IReadOnlyList<float> one, IReadOnlyList<float> other)
        {
            int count = Math.Min(one.Count, other.Count);
            int at = Enumerable.Range(0, count).FirstOrDefault(i => !AreSame(one[i], other[i]), count);
            if (at < count)
                Check($"logits[{at}]", Text(one[at]), Text(other[at]));
            else
                Check("logits", Text(one.Count), Text(other.Count));
        }
    }

    public static double Deviation(ManifestMap expected, ManifestMap found)
    {
        if (expected.Width != found.Width || expected.Height != found.Height)
            return double.PositiveInfinity;
        (double most, double largest) = (0, 0);
        for (int i = 0; i < expected.Values.Count; i++)
        {
            if (float.IsFinite(expected.Values[i]))
                largest = Math.Max(largest, Math.Abs(expected.Values[i]));
            if (AreSame(expected.Values[i], found.Values[i]))
                continue;
            double difference = Math.Abs((double)expected.Values[i] - found.Values[i]);
            if (!double.IsFinite(difference))
                return double.PositiveInfinity;
            most = Math.Max(most, difference);
        }

        return most == 0 ? 0 : most / largest;
    }

    /// <summary>Bit by bit, but for NaN, which JSON has but one of.</summary>
    private static bool AreSame(float one, float other) =>
        BitConverter.SingleToInt32Bits(one) == BitConverter.SingleToInt32Bits(other) || (float.IsNaN(one) && float.IsNaN(other));

    private static string Hash(IReadOnlyList<float> values) => Sha256.OfFloats([.. values.Select(value => float.IsNaN(value) ? float.NaN : value)]);

    private static string Text<T>(T value)
        where T : notnull => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
