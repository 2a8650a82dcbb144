using GradCam.Gen.Diagnostics;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Spec;

/// <summary>What the parser makes of a spec's text.</summary>
/// <param name="Syntax">The spec, as far as it could be understood.</param>
/// <param name="Problems">What is wrong with it, in the text's order.</param>
internal sealed record ParsedSpec(SpecSyntax Syntax, EquatableArray<Problem> Problems);

/// <summary>
/// Parses a net spec: recursive descent, one token ahead. Never throws; the time is proportional to the text, the stack and the number of problems are bounded.
/// </summary>
/// <remarks>
/// A spec without problems has an input line and statements; every operation is in the table and has its arguments, every called block exists and is given as
/// many arguments as it has parameters, blocks do not recurse, every parameter is that of the block around it, and running all blocks and ranges gives at most
/// <see cref="SpecChecks.MaxStatements"/> statements. Labels, values and shapes are left to the passes.
/// </remarks>
internal static class SpecParser
{
    /// <summary>The deepest nesting of braces, branches and parentheses, and the most operators in an expression.</summary>
    public const int MaxDepth = 64;

    /// <summary>How many problems are reported at most; a text that is no spec at all needs no more.</summary>
    public const int MaxProblems = 100;

    public static ParsedSpec Parse(string text)
    {
        var problems = new ProblemList(text);
        FindHiddenCharacters(text, problems);
        SpecSyntax syntax = new DocumentParser(text, problems).ParseSpec();
        SpecChecks.Check(syntax, text, problems);
        return new ParsedSpec(syntax, problems.InOrder());
    }

    /// <summary>At the door, so that a name with one goes nowhere, and nothing in a spec is hidden from who reads it.</summary>
    private static void FindHiddenCharacters(string text, ProblemList problems)
    {
        int start = 0;
        while (problems.Count < MaxProblems && HiddenCharacters.FindForbidden(text, isLines: true, start) is var (index, length, name, fault))
        {
            problems.Add(ProblemId.HiddenCharacter, new TextRange(index, length), "The net spec", name, fault);
            start = index + length;
        }
    }
}
