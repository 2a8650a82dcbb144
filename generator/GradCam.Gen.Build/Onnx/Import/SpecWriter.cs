using System.Text;
using System.Text.RegularExpressions;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Build.Onnx;

/// <summary>Writes the statements as a net spec.</summary>
internal static class SpecWriter
{
    /// <summary>A label that needs no quotes.</summary>
    private static readonly Regex Plain = new(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$", RegexOptions.CultureInvariant);

    public static string Write(NetProgram program, IEnumerable<string> comments, string? image)
    {
        var text = new StringBuilder();
        foreach (string comment in comments)
            text.Append("# ").Append(OneLine(comment)).Append('\n');
        text.Append("input ").Append(program.Input).Append('\n');
        if (image is not null)
            text.Append("image ").Append(image).Append('\n');
        else if (program.Input.Channels == 1)
            text.Append("image gray\n");
        NetValue lastValue = program.Statements.Count == 0 ? program.Input : program.Statements[program.Statements.Count - 1].Output;
        if (program.Outputs.Count > 1 || program.Outputs[0] != lastValue)
        {
            foreach (NetValue output in program.Outputs.Distinct())
                text.Append("output ").Append(Name(program, output)).Append('\n');
        }
        text.Append('\n');

        int width = program.Statements.Select(statement => Label(statement.Output.Name).Length + 2).Where(length => length <= 32).DefaultIfEmpty(0).Max();
        NetValue current = program.Input;
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
                line.Append(statement.Arguments.Length > 0 ? " " + statement.Arguments : "").Append(statement.Pad.IsEmpty ? "" : " pad " + statement.Pad).Append(statement.Options.Length > 0 ? " " + statement.Options : "");
            foreach (NetValue operand in operands)
                line.Append(' ').Append(Name(program, operand));
            text.Append(line).Append('\n');
            current = statement.Output;
        }
        return text.ToString();
    }

    /// <summary>Comments quote the file, which may say anything.</summary>
    private static string OneLine(string comment) => new([.. comment.Select(c => HiddenCharacters.Fault(c) is null ? c : ' ')]);

    private static bool Broadcasts(List<NetValue> operands) => operands.Any(operand => !operand.IsVector);

    private static string Label(string name) => Plain.IsMatch(name) ? name : "\"" + name + "\"";

    /// <summary>A name where a value is read. A word of the language is quoted, so that it is not taken for one.</summary>
    private static string Name(NetProgram program, NetValue value) =>
        value == program.Input ? "in" : Language.IsWord(value.Name) ? "\"" + value.Name + "\"" : Label(value.Name);
}
