using System.Text;
using System.Text.RegularExpressions;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Build.Onnx;

/// <summary>Writes the statements as a net spec.</summary>
internal static class SpecWriter
{
    private const int MaximumComment = 1000;

    /// <summary>A label that needs no quotes.</summary>
    private static readonly Regex Plain = new(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$", RegexOptions.CultureInvariant);

    /// <param name="program">The statements.</param>
    /// <param name="comments">What stands at the top.</param>
    /// <param name="image">The image line without its first word, or null.</param>
    /// <param name="origins">
    /// Names every output, and says behind each statement which tensor of the file it computes: for the generator, which so finds a tensor.
    /// </param>
    public static string Write(NetProgram program, IEnumerable<string> comments, string? image, bool origins)
    {
        var text = new StringBuilder();
        foreach (string comment in comments)
            text.Append("# ").Append(NameValues.OneLine(comment, MaximumComment)).Append('\n');
        text.Append("input ").Append(program.Input).Append('\n');
        if (image is not null)
            text.Append("image ").Append(NameValues.OneLine(image, MaximumComment)).Append('\n');
        NetValue lastValue = program.Statements.Count == 0 ? program.Input : program.Statements[program.Statements.Count - 1].Output;
        if (origins || program.Outputs.Count > 1 || program.Outputs[0] != lastValue)
        {
            foreach (NetValue output in program.Outputs.Distinct())
                text.Append("output ").Append(Name(program, output)).Append('\n');
        }
        text.Append('\n');

        int width = program.Statements.Select(statement => Label(statement.Output.Name).Length + 2).Where(length => length <= 32).DefaultIfEmpty(0).Max();
        NetValue current = program.Input;
        var last = new Dictionary<string, NetStatement>(StringComparer.Ordinal);
        foreach (NetStatement statement in program.Statements)
            last[statement.TensorName] = statement;
        foreach (NetStatement statement in program.Statements)
        {
            List<NetValue> operands = [.. statement.Inputs];
            bool commutes = statement.Operation is "add" or "mul";
            int start = commutes && operands.Contains(current) && !(Broadcasts(operands) && current.IsVector) ? operands.IndexOf(current) : 0;
            if (operands[start] != current)
                text.Append("from ").Append(Name(program, operands[start])).Append('\n');
            operands.RemoveAt(start);

            var line = new StringBuilder((Label(statement.Output.Name) + ":").PadRight(width));
            if (line[line.Length - 1] != ' ')
                line.Append(' ');
            line.Append(statement.Operation);
            if (statement.Operation == "pad")
                line.Append(' ').Append(statement.Pad).Append(statement.Reflect ? " reflect" : "");
            else
                line.Append(Spaced(statement.Arguments)).Append(statement.Pad.IsEmpty ? "" : " pad " + statement.Pad).Append(Spaced(statement.Options));
            foreach (NetValue operand in operands)
                line.Append(' ').Append(Name(program, operand));
            if (origins && statement.TensorName.Length > 0 && statement.TensorName != statement.Output.Name && last[statement.TensorName] == statement)
                line.Append(" # ").Append(NameValues.OneLine(statement.TensorName, NamePool.MaximumLength));
            text.Append(line).Append('\n');
            current = statement.Output;
        }
        return text.ToString();
    }

    private static bool Broadcasts(List<NetValue> operands) => operands.Any(operand => !operand.IsVector);

    private static string Spaced(string words) => words.Length > 0 ? " " + words : "";

    private static string Label(string name) => Plain.IsMatch(name) ? name : "\"" + name + "\"";

    /// <summary>A name where a value is read. A word of the language is quoted, so that it is not taken for one.</summary>
    private static string Name(NetProgram program, NetValue value) =>
        value == program.Input ? "in" : LanguageWords.Contains(value.Name) ? "\"" + value.Name + "\"" : Label(value.Name);
}
