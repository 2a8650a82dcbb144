using System.ComponentModel;
using GradCam.Weights;
using GradCam.Weights.Format;

namespace GradCam.Planning;

/// <summary>Checks that weights fit a network before any of them is read.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WeightChecks
{
    /// <summary>
    /// Checks that a source has every tensor that the network reads, of a float type and of the network's shape. Dimensions of 1 in front or at the end
    /// may differ, as they change nothing about the order of the elements: [64, 3, 1, 1] is [64, 3]. So may the height of a kernel of one row: [8, 1, 5] is
    /// [8, 1, 1, 5].
    /// </summary>
    /// <param name="info">The network.</param>
    /// <param name="source">The weights.</param>
    /// <param name="verifyHash">Also that the bytes are those that the build saw: <see cref="NetworkInfo.WeightFileSha256"/>. Reads the whole file.</param>
    /// <exception cref="WeightException">Something does not fit: says the first thing, and how many others there are.</exception>
    public static void Verify(NetworkInfo info, WeightSource source, bool verifyHash = false)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(source);
        if (verifyHash)
            VerifyHash(info, source);

        WeightException? first = null;
        int others = 0;
        foreach (WeightInfo weight in info.Weights)
        {
            WeightException? problem = Check(weight, source, wantsMessage: first is null);
            if (problem is null)
                continue;
            if (first is not null)
                others++;
            else if (!source.TryGetShape(weight.Name, out _) && OtherPrefix(info, source) is WeightException prefix)
                throw prefix;
            else
                first = problem;
        }
        if (first is not null)
            throw others == 0 ? first : new WeightException($"{first.Message} {others} more of the {info.Weights.Count} tensors of {info.Name} do not fit.");
    }

    /// <summary>The tensors are there, under names that begin otherwise: one message instead of one a tensor.</summary>
    private static WeightException? OtherPrefix(NetworkInfo info, WeightSource source)
    {
        if (KeyPrefix.Find([.. info.Weights.Select(weight => weight.Name)], source.Names) is not KeyPrefix prefix)
            return null;
        string names = $"{WeightText.Quote(prefix.StoredExample)}, where {info.Name} reads {WeightText.Quote(prefix.Example)}";
        string begin = prefix.Stored.Length > 0
            ? $"the names of its tensors begin with {WeightText.Quote(prefix.Stored)}"
            : $"the names of its tensors do not begin with {WeightText.Quote(prefix.Expected)}";
        string call = $"ReplacePrefix({Literal(prefix.Stored)}, {Literal(prefix.Expected)})";
        return new WeightException(
            $"{source.Name}: {begin}: {names}. Load them under the other names, {info.Name}.Load(WeightLoading.OpenFile(path).{call}), " +
            "or, where the project's own weight file has them so, say WeightPrefix in [Network].");
    }

    private static WeightException? Check(WeightInfo weight, WeightSource source, bool wantsMessage)
    {
        if (!source.TryGetShape(weight.Name, out ReadOnlySpan<int> found))
            return wantsMessage ? WeightMessages.Missing(weight.Name, source) : new WeightException();
        if (!IsShape(found, weight.Shape) && !Trim([.. weight.Shape]).SequenceEqual(Trim(found)))
        {
            int[] expected = [.. weight.Shape];
            string shapes = $"expected shape {WeightText.Shape(expected)}, found {WeightText.Shape(found.ToArray())}";
            return new WeightException($"{source.Name}: tensor {WeightText.Quote(weight.Name)}: {shapes}.");
        }
        return source.UnreadableType(weight.Name) is string type ? WeightMessages.WrongType(weight.Name, source, type) : null;
    }

    private static bool IsShape(ReadOnlySpan<int> found, IReadOnlyList<int> expected)
    {
        if (found.Length != expected.Count)
            return false;
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] != expected[i])
                return false;
        }

        return true;
    }

    private static ReadOnlySpan<int> Trim(ReadOnlySpan<int> shape)
    {
        if (shape is [int outputs, int inputs, 1, int width])
            shape = new[] { outputs, inputs, width };
        return shape.Trim(1);
    }

    private static string Literal(string name) => $"\"{WeightText.Quote(name)[1..^1]}\"";

    private static void VerifyHash(NetworkInfo info, WeightSource source)
    {
        string expected = info.WeightFileSha256
            ?? throw new WeightException($"{info.Name} was built without a weight file, so there is no SHA-256 to compare {source.Name} with.");
        string found = source.ComputeSha256()
            ?? throw new WeightException($"{source.Name}: has no SHA-256 to compare with the one that {info.Name} was built with.");
        if (found != expected)
            throw new WeightException($"{source.Name}: expected the file that {info.Name} was built with, SHA-256 {expected}, found {found}.");
    }
}
