using System.Diagnostics.CodeAnalysis;
using GradCam.Explain;
using GradCam.Explain.Inputs;

namespace GradCam;

/// <summary>
/// How an input x and a score y of it become numbers at the input: from the gradient g = dy / dx, or from y of changed inputs. A method with parameters has the
/// published ones; others are said by <c>with</c>: <c>InputMethod.IntegratedGradients with { Steps = 100 }</c>.
/// </summary>
/// <remarks>In <see cref="Formula"/> x' is the baseline, * goes element by element, and values have the input's shape before they are reduced to the
/// map.</remarks>
public abstract partial record InputMethod : IExplanationMethod
{
    /// <summary>Samples or steps, at most.</summary>
    private protected const int MostPasses = PassLimit.Most;

    // Filled by the constructor, since the parts of this record are initialised in no certain order. No initialiser: it might come after theirs.
    private static List<InputMethod>? _made;

    private protected InputMethod(string name, string key, string formula, int year, string paper, string cost, InputNeeds needs)
    {
        (Name, Key, Formula, Year, Paper, Cost, Needs) = (name, key, formula, year, paper, cost, needs);
        (_made ??= []).Add(this);
    }

    /// <summary>All methods with their published parameters: first those that need the input's gradient, the oldest first.</summary>
    public static IReadOnlyList<InputMethod> All => Registry.All;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Key { get; }

    /// <inheritdoc/>
    public string Formula { get; }

    /// <inheritdoc/>
    public int Year { get; }

    /// <inheritdoc/>
    public string Paper { get; }

    /// <inheritdoc/>
    public string Parameters
    {
        get
        {
            InputMethod published = All.First(method => method.Key == Key);
            return ReferenceEquals(published, this) ? "" : Describe(this).Describe(Describe(published));
        }
    }

    /// <summary>What it takes, in forward and backward passes and with the published parameters where it depends on them.</summary>
    public string Cost { get; }

    /// <summary>What the network must have been compiled with.</summary>
    public InputNeeds Needs { get; }

    /// <summary>How the values' channels become the map.</summary>
    internal virtual ChannelReduction Reduction => ChannelReduction.Sum;

    /// <summary>Finds a method.</summary>
    /// <param name="name">
    /// Its <see cref="Key"/>, its <see cref="Name"/> or what C# calls it (<c>IntegratedGradients</c>): case, spaces, hyphens and underscores do not matter.
    /// Parameters may follow in parentheses: <c>rise(samples 500, baseline black)</c>.
    /// </param>
    /// <exception cref="ArgumentException">There is none of that name, or it has no such parameter. The message says what there is.</exception>
    public static InputMethod Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        (string plain, MethodArguments? arguments) = MethodText.Split(name);
        if (!TryParse(plain, out InputMethod? method))
            throw new ArgumentException($"There is no input method '{plain}'; expected {string.Join(", ", All.Select(m => m.Key))}.", nameof(name));
        return arguments is null ? method : method.WithArguments(arguments);
    }

    /// <summary>Finds a method by its name alone, as <see cref="Parse"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="method">The method; null where there is none of that name.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out InputMethod? method)
    {
        string plain = Plain(name ?? "");
        method = All.FirstOrDefault(m => Plain(m.Key) == plain || Plain(m.Name) == plain);
        return method is not null;
    }

    /// <summary>The name, and the parameters where there are some.</summary>
    public sealed override string ToString() => Parameters is { Length: > 0 } parameters ? $"{Name} ({parameters})" : Name;

    /// <summary>The method with what was written of its parameters.</summary>
    /// <exception cref="ArgumentException">It has no such parameter, or a value is none of its.</exception>
    internal InputMethod WithArguments(MethodArguments arguments)
    {
        InputMethod method = With(arguments);
        arguments.RequireAllTaken(Name);
        return method;
    }

    /// <summary>The method with other parameters: asks for each by its name.</summary>
    private protected virtual InputMethod With(MethodArguments arguments) => this;

    /// <summary>The passes that it makes.</summary>
    /// <param name="input">The input.</param>
    internal abstract PassCount CountPasses(Tensor input);

    /// <summary>Computes the values.</summary>
    internal abstract void Compute(InputRun run);

    /// <summary>A parameter that must lie between two bounds, these included.</summary>
    private protected static double Within(double from, double to, double value, string name) => value >= from && value <= to
        ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"Expected {from} to {to}."));

    /// <inheritdoc cref="Within(double, double, double, string)"/>
    private protected static int Within(int from, int to, int value, string name) => (int)Within((double)from, to, value, name);

    private static MethodArguments Describe(InputMethod method)
    {
        var arguments = new MethodArguments();
        method.With(arguments);
        return arguments;
    }

    private static string Plain(string name) => string.Concat(name.Where(c => c is not (' ' or '-' or '_'))).ToLowerInvariant()
        .Replace("²", "squared", StringComparison.Ordinal).Replace("×", "x", StringComparison.Ordinal);

    // Apart, so that it is made when all methods are.
    private static class Registry
    {
        public static IReadOnlyList<InputMethod> All { get; } =
            [.. _made!.OrderByDescending(method => method.Needs).ThenBy(method => method.Year).ThenBy(method => method.Key, StringComparer.Ordinal)];
    }
}
