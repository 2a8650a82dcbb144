using System.CommandLine;
using System.CommandLine.Completions;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Explain;

/// <summary>Methods as users type them: <c>gradcam</c>, <c>rise(samples 500)</c>, several with commas between them.</summary>
internal static class MethodNames
{
    private static readonly IReadOnlyList<string> Keys = [.. ExplanationMethods.All.Select(method => method.Key)];

    /// <summary>All, for help.</summary>
    public static string Listed { get; } =
        $"at a layer {Join(CamMethod.All)}; at the input {Join(InputMethod.All)}. Parameters that are not the published ones follow in parentheses: " +
        "\"rise(samples 500, baseline black)\"";

    /// <summary>Whether a method needs the input's gradient, for which a network is compiled with it.</summary>
    public static bool NeedsInputGradient(IExplanationMethod method) => method switch
    {
        CamMethod cam => (cam.Needs & MethodNeeds.InputGradients) != 0,
        InputMethod input => input.Needs == InputNeeds.InputGradient,
        _ => false,
    };

    /// <summary>Checks what an option is given.</summary>
    public static void Check<T>(Option<T> option)
    {
        option.CompletionSources.Add(_ => Keys.Select(key => new CompletionItem(key)));
        option.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.SelectMany(token => Split([token.Value]) is { Count: > 0 } texts ? texts : [token.Value]))
            {
                if (Fault(text) is string fault)
                    result.AddError($"{option.Name}: {fault}");
            }
        });
    }

    /// <summary>The methods that were typed, each once.</summary>
    public static IReadOnlyList<IExplanationMethod> Parse(IEnumerable<string> words) =>
        [.. Split(words).Select(ExplanationMethods.Parse).DistinctBy(ExplanationMethods.Format)];

    /// <summary>What is wrong with what was typed; null where it is a method.</summary>
    private static string? Fault(string text)
    {
        int open = text.IndexOf('(');
        string name = (open < 0 ? text : text[..open]).Trim();
        if (!ExplanationMethods.TryFind(name, out _))
            return $"expected {string.Join(", ", Keys)}; found '{name}'.{Suggestion.For(name, Keys)}";
        try
        {
            ExplanationMethods.Parse(text);
            return null;
        }
        catch (ArgumentOutOfRangeException exception)
        {
            string expected = exception.Message.Split(" (Parameter", 2)[0].TrimEnd('.');
            return $"{text}: {exception.ParamName}: {expected}; found {exception.ActualValue}.";
        }
        catch (ArgumentException exception)
        {
            return $"{text}: {exception.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>Apart at commas that are in no parentheses.</summary>
    private static List<string> Split(IEnumerable<string> words)
    {
        var texts = new List<string>();
        foreach (string word in words)
        {
            int depth = 0;
            int start = 0;
            for (int i = 0; i <= word.Length; i++)
            {
                if (i < word.Length)
                    depth += word[i] == '(' ? 1 : word[i] == ')' ? -1 : 0;
                if (i < word.Length && (word[i] != ',' || depth > 0))
                    continue;
                if (word[start..i].Trim() is { Length: > 0 } text)
                    texts.Add(text);
                start = i + 1;
            }
        }

        return texts;
    }

    private static string Join(IEnumerable<IExplanationMethod> methods) => string.Join(", ", methods.Select(method => method.Key));
}
