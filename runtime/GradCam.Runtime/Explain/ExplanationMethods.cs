using System.Diagnostics.CodeAnalysis;
using GradCam.Explain;

namespace GradCam;

/// <summary>All methods, those at a layer and those at the input, and each by what it is called: for programs whose users choose one.</summary>
public static class ExplanationMethods
{
    /// <summary><see cref="CamMethod.All"/>, then <see cref="InputMethod.All"/>.</summary>
    public static IReadOnlyList<IExplanationMethod> All { get; } = [.. CamMethod.All, .. InputMethod.All];

    /// <summary>Finds a method, and gives it parameters.</summary>
    /// <param name="text">
    /// Its <see cref="IExplanationMethod.Key"/>, its <see cref="IExplanationMethod.Name"/> or what C# calls it, where case, spaces, hyphens and underscores do
    /// not matter; and where they are not the published ones its parameters in parentheses, as <see cref="IExplanationMethod.Parameters"/> has them:
    /// <c>rise(samples 500, baseline black)</c>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is none of that name, it has no such parameter, or a value is none of its. The message says what it has.
    /// </exception>
    public static IExplanationMethod Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = MethodText.Split(text).Name;
        return Find(name) switch
        {
            CamMethod => CamMethod.Parse(text),
            InputMethod => InputMethod.Parse(text),
            _ => throw new ArgumentException($"There is no method '{name}'; expected {string.Join(", ", All.Select(m => m.Key))}.", nameof(text)),
        };
    }

    /// <summary>Finds a method by its name alone, as <see cref="Parse"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="method">The method; null where there is none of that name.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind([NotNullWhen(true)] string? name, [NotNullWhen(true)] out IExplanationMethod? method) =>
        (method = name is null ? null : Find(name)) is not null;

    /// <summary>What <see cref="Parse"/> reads: the key, and parameters in parentheses where they are not the published ones.</summary>
    /// <param name="method">The method.</param>
    public static string Format(IExplanationMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.Parameters.Length == 0 ? method.Key : $"{method.Key}({method.Parameters})";
    }

    private static IExplanationMethod? Find(string name) =>
        CamMethod.TryParse(name, out CamMethod? cam) ? cam : InputMethod.TryParse(name, out InputMethod? input) ? input : null;
}
