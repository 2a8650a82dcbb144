using System.Globalization;
using GradCam.Gen.Spec;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Tests.Spec;

/// <summary>Writes syntax as one canonical text, with every default and every parenthesis, for tests to compare.</summary>
internal static class SyntaxPrinter
{
    public static string Print(SpecSyntax spec) => string.Join("\n", spec.Statements.Select(Print).Concat(spec.Blocks.Select(Print)));

    public static string Print(BlockSyntax block) =>
        $"block {block.Name}({string.Join(", ", block.Parameters.Select(parameter => parameter.Name))}) {Print(block.Statements)}";

    public static string Print(StatementSyntax statement)
    {
        string label = statement.Label switch
        {
            null => "",
            { IsRange: true } range => string.Create(CultureInfo.InvariantCulture, $"[{range.Name}|{range.First}..{range.Last}]: "),
            { } plain => $"[{plain.Name}]: ",
        };
        return label + statement switch
        {
            GroupSyntax group => Print(group.Statements),
            CallSyntax call => $"call {call.Block}({string.Join(", ", call.Arguments.Select(Print))})",
            OperationSyntax operation => operation.Name + string.Concat(operation.Arguments.Select(Print))
                + string.Concat(operation.Operands.Select(operand => " " + Print(operand))),
            _ => throw new ArgumentException("unknown statement"),
        };
    }

    private static string Print(IEnumerable<StatementSyntax> statements) => "{ " + string.Join("; ", statements.Select(Print)) + " }";

    private static string Print(ArgumentSyntax argument) =>
        $" {argument.Name}" + (argument.Word is null ? "" : "=" + argument.Word)
        + (argument.Values.Count == 0 ? "" : "=" + string.Join(",", argument.Values.Select(Print)));

    private static string Print(OperandSyntax operand) => operand switch
    {
        ValueSyntax value => $"<{value.Name}>",
        BranchSyntax branch =>
            "(" + (branch.Start is null ? "" : Print(branch.Start)) + string.Concat(branch.Statements.Select(statement => " -> " + Print(statement))) + ")",
        _ => throw new ArgumentException("unknown operand"),
    };

    private static string Print(ExpressionSyntax expression) => expression switch
    {
        NumberSyntax { IsInteger: true } number => number.Value.ToString(CultureInfo.InvariantCulture),
        NumberSyntax number => number.Value.ToString("R", CultureInfo.InvariantCulture) + "r",
        ParameterReferenceSyntax parameter => "$" + parameter.Name,
        BinarySyntax binary => $"({Print(binary.Left)}{binary.Operator}{Print(binary.Right)})",
        SizeSyntax size => $"{Print(size.Height)}x{Print(size.Width)}",
        _ => throw new ArgumentException("unknown expression"),
    };
}
