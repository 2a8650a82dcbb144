using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;

namespace GradCam.Gen.Tool.Terminal;

/// <summary>Values of options, checked with one wording.</summary>
internal static class OptionValues
{
    /// <summary>For <see cref="Option{T}.CustomParser"/>: a number.</summary>
    /// <param name="result">What was typed.</param>
    /// <param name="expected">The numbers that are allowed, in words.</param>
    /// <param name="isAllowed">Says whether one is.</param>
    public static T Number<T>(ArgumentResult result, string expected, Predicate<T> isAllowed)
        where T : IParsable<T>
    {
        string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out T? value) && isAllowed(value))
            return value;
        result.AddError($"{(result.Parent as OptionResult)?.Option.Name}: expected {expected}, found '{text}'.");
        return default!;
    }

    /// <summary>Words with commas between them.</summary>
    public static string[] Split(string words) => words.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Words of several arguments, with commas between them, each once in any case.</summary>
    public static string[] Split(IEnumerable<string> arguments) =>
        [.. arguments.SelectMany(argument => Split(argument)).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>One of a few words, in any case.</summary>
    public static void OneOf(Option option, IEnumerable<string> values) => Check(option, values, arguments => arguments);

    /// <summary>Some of a few words, in any case, with commas between them.</summary>
    public static void SomeOf(Option<string[]> option, IEnumerable<string> values)
    {
        option.AllowMultipleArgumentsPerToken = true;
        Check(option, values, Split);
    }

    private static void Check(Option option, IEnumerable<string> values, Func<IEnumerable<string>, IEnumerable<string>> words)
    {
        List<string> list = values.ToList();
        option.CompletionSources.Add(_ => list.Select(value => new CompletionItem(value)));
        option.Validators.Add(result =>
        {
            foreach (string value in words(result.Tokens.Select(token => token.Value)))
            {
                if (!list.Contains(value, StringComparer.OrdinalIgnoreCase))
                    result.AddError($"{option.Name}: expected {string.Join(", ", list)}; found '{value}'.{Suggestion.For(value, list)}");
            }
        });
    }
}
