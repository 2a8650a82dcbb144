using System.Globalization;
using System.Text.RegularExpressions;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Passes;

/// <summary>Checks that there is a class name for each logit, and warns of lines that look like something else.</summary>
internal static class CheckLabels
{
    private const string WordNetId = @"n\d{8}";

    /// <summary>Pascal VOC's: the smallest of the usual sets whose networks have a class more than there are names.</summary>
    private const int FewestWithBackground = 21;

    private static readonly string[] Backgrounds = ["background", "__background__", "_background_", "bg", "dummy", "none", "no object", "n/a", "unlabeled", "unlabelled"];
    private static readonly string[] Headings = ["class", "classes", "class_name", "classname", "label", "labels", "name", "names", "category", "synset"];

    /// <returns>False when the number is wrong.</returns>
    public static bool Run(CompilationInput input, Network network, List<Problem> problems)
    {
        if (input.Labels is not { } labels)
            return true;
        string file = input.LabelsName ?? "the class file";
        int logits = network.ById()[network.LogitsId].Shape.Channels;
        if (labels.Count != logits)
        {
            var place = new Place(PlaceKind.LabelsArgument);
            problems.Add(logits == 1 && labels.Count == 2
                ? new Problem(ProblemId.LabelsOfOneLogit, place, file, labels[1], labels[0])
                : new Problem(ProblemId.LabelCount, place, file, Invariant($"{labels.Count}"), Invariant($"{logits}"), Hint(labels, logits)));
            return false;
        }

        int[] blank = Blank(labels);
        if (blank.Length > 0)
        {
            string more = blank.Length == 1 ? "" : Invariant($", as are {blank.Length - 1} more");
            problems.Add(new Problem(ProblemId.LabelLineBlank, InLine(blank[0]), file, Invariant($"{blank[0] + 1}"), more, Invariant($"{blank[0]}")));
        }
        else if (Numbering(labels) is { } found)
        {
            problems.Add(new Problem(ProblemId.LabelsNumbered, InLine(0), file, found.What, found.Cure));
        }

        return true;
    }

    /// <summary>Where one name too many or too few may come from.</summary>
    private static string Hint(EquatableArray<string> labels, int logits)
    {
        int[] blank = Blank(labels);
        if (blank.Length > 0)
            return Invariant($". Line {blank[0] + 1} is blank{(blank.Length == 1 ? "" : Invariant($", as are {blank.Length - 1} more"))}");
        string first = labels.Count > 0 ? labels[0] : "";
        if (labels.Count == logits + 1 && Headings.Contains(first, StringComparer.OrdinalIgnoreCase))
            return $". Its first line, '{first}', seems to be a heading: remove it";
        if (labels.Count == logits + 1 && Backgrounds.Contains(first, StringComparer.OrdinalIgnoreCase))
            return $". Its first line, '{first}', is a class that this network does not have: remove it";
        return logits >= FewestWithBackground && labels.Count == logits - 1 && !Backgrounds.Contains(first, StringComparer.OrdinalIgnoreCase)
            ? ". If the network's first class is the background, as TensorFlow's ImageNet networks of 1001 classes have it, put a line 'background' first"
            : "";
    }

    private static (string What, string Cure)? Numbering(EquatableArray<string> labels)
    {
        const string Part = ", which become part of the class names";
        if (labels.All(label => Regex.IsMatch(label, $"^{WordNetId}$")))
            return ("are WordNet ids instead of class names", "Take a file of names, such as 'tench, Tinca tinca' for n01440764");
        if (labels.All(label => Regex.IsMatch(label, $@"^{WordNetId}[\s,:;]+\S")))
            return ("begin with WordNet ids" + Part, RemoveCure($@"^{WordNetId}[\s,:;]+"));

        // From 0 or 1 up, each line its own; fewer may be names such as '2 dogs'.
        const int Fewest = 3;
        for (int from = 0; from <= 1 && labels.Count >= Fewest; from++)
        {
            if (labels.Select((label, i) => HasNumber(label, i + from)).All(has => has))
                return ("begin with their numbers" + Part, RemoveCure(@"^\d+[\s,:;.)]+"));
        }

        return null;
    }

    private static string RemoveCure(string expression) => $"Leave them out: in an editor, replace the regular expression {expression} by nothing";

    /// <summary>True for <c>7 cat</c>, <c>007: cat</c>, <c>7,cat</c>, where the number is the one that is given.</summary>
    private static bool HasNumber(string label, int number)
    {
        int end = 0;
        while (end < label.Length && label[end] is >= '0' and <= '9')
            end++;
        return int.TryParse(label.Substring(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int found) && found == number
            && label.Length > end + 1 && (char.IsWhiteSpace(label[end]) || label[end] is ',' or ':' or ';' or '.' or ')');
    }

    private static int[] Blank(EquatableArray<string> labels) => [.. Enumerable.Range(0, labels.Count).Where(i => labels[i].Length == 0)];

    private static Place InLine(int line) => new(PlaceKind.LabelFile, default, line);
}
