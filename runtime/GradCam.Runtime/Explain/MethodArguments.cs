using System.Globalization;

namespace GradCam.Explain;

/// <summary>
/// A method's parameters as text, "samples 500, baseline blurred 10": a method asks for each by its name and says what it has, and is given what somebody
/// wrote, or what it has. So one list of names serves to read parameters, to write them and to say which there are.
/// </summary>
internal sealed class MethodArguments
{
    private readonly List<(string Name, string Value)> _given = [];
    private readonly List<(string Name, string Value)> _asked = [];

    /// <summary>None: what is asked for is written down, and nothing changes.</summary>
    public MethodArguments()
    {
    }

    /// <param name="text">Parameters with commas between them, each a name and, but for those that are said or not, a value.</param>
    /// <exception cref="ArgumentException">One is empty, or there twice.</exception>
    public MethodArguments(string text)
    {
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int end = part.IndexOf(' ');
            string name = (end < 0 ? part : part[..end]).ToLowerInvariant();
            if (name.Length == 0)
                throw new ArgumentException($"Expected parameters with commas between them; found '{text}'.");
            if (_given.Any(given => given.Name == name))
                throw new ArgumentException($"The parameter '{name}' is there twice.");
            _given.Add((name, end < 0 ? "" : part[end..].Trim()));
        }
    }

    /// <summary>The names that were asked for.</summary>
    public IEnumerable<string> Names => _asked.Select(asked => asked.Name);

    /// <summary>What was given, in its order.</summary>
    public IReadOnlyList<(string Name, string Value)> Given => _given;

    /// <summary>What the method has, "samples 500, cells 7".</summary>
    /// <param name="published">What it has by default; that is left out.</param>
    public string Describe(MethodArguments? published = null) => string.Join(
        ", ", _asked.Where((asked, i) => published is null || asked.Value != published._asked[i].Value)
            .Select(asked => asked.Value.Length == 0 ? asked.Name : $"{asked.Name} {asked.Value}"));

    /// <summary>A whole number.</summary>
    public int Integer(string name, int current) => Take(name, Text(current)) is not string text ? current
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value
        : throw Unexpected(name, "a whole number", text);

    /// <summary>A number.</summary>
    public double Number(string name, double current) => Take(name, Text(current)) is not string text ? current
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value
        : throw Unexpected(name, "a number", text);

    /// <summary>Whether something is so: its name alone says yes, "no" behind it no.</summary>
    public bool Flag(string name, bool current) => Take(name, current ? "" : "no") switch
    {
        null => current,
        "" or "yes" => true,
        "no" => false,
        string text => throw Unexpected(name, "yes or no", text),
    };

    /// <summary>One of a few words.</summary>
    public T Word<T>(string name, T current)
        where T : struct, Enum => Take(name, Lower(current)) is not string text ? current
        : Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => string.Equals(Lower(value!.Value), text, StringComparison.OrdinalIgnoreCase))
            ?? throw Unexpected(name, string.Join(", ", Enum.GetValues<T>().Select(Lower)), text);

    /// <summary>A baseline.</summary>
    public Baseline Baseline(Baseline current) => Take("baseline", current.ToString()!) is not string text ? current
        : GradCam.Baseline.FromWords(text) ?? throw Unexpected("baseline", GradCam.Baseline.Words, text);

    /// <summary>Several baselines.</summary>
    public IReadOnlyList<Baseline> Baselines(IReadOnlyList<Baseline> current)
    {
        const string and = " and ";
        if (Take("baselines", string.Join(and, current)) is not string text)
            return current;
        return [
            .. text.Split(and).Select(
                word => GradCam.Baseline.FromWords(word) ?? throw Unexpected("baselines", $"{GradCam.Baseline.Words}, with 'and' between them", word))];
    }

    /// <summary>Segments.</summary>
    public Segmentation Segments(Segmentation current) => Take("segments", current.ToString()!) is not string text ? current
        : Segmentation.FromWords(text) ?? throw Unexpected("segments", Segmentation.Words, text);

    /// <summary>Says that there is a parameter, whether it was asked for or not.</summary>
    public void Offer(string name)
    {
        if (!Names.Contains(name))
            _asked.Add((name, ""));
    }

    /// <summary>Nothing else may have been given.</summary>
    /// <exception cref="ArgumentException">There is a parameter that the method does not have.</exception>
    public void RequireAllTaken(string method)
    {
        string[] unknown = [.. _given.Select(given => given.Name).Except(Names)];
        if (unknown.Length > 0)
        {
            throw new ArgumentException(
                $"{method} has no parameter '{unknown[0]}'; it has {(_asked.Count == 0 ? "none" : string.Join(", ", Names))}.");
        }
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static ArgumentException Unexpected(string name, string expected, string found) => new($"{name}: expected {expected}; found '{found}'.");

    private string? Take(string name, string current)
    {
        string? value = _given.Where(given => given.Name == name).Select(given => given.Value).FirstOrDefault();
        _asked.Add((name, value ?? current));
        return value;
    }
}
