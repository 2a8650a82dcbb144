using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using GradCam.Gen.Spec;
using GradCam.Gen.Syntax;
using static System.FormattableString;

namespace GradCam.Gen.Passes;

/// <summary>Spec syntax to layers: expands blocks and label ranges, looks names up, infers every shape.</summary>
internal sealed class ResolveShapes
{
    /// <summary>A network of a thousand layers is large; a spec whose blocks unfold to more than this is a mistake.</summary>
    private const int MostLayers = 20_000;

    /// <summary>Statements that are run, with their operands and arguments.</summary>
    private const int MostStatements = 10 * MostLayers;

    /// <summary>Characters of a label with those around it.</summary>
    private const int LongestPath = 1000;

    private readonly SpecSyntax _spec;
    private readonly string _text;
    private readonly List<Problem> _problems;
    private readonly Dictionary<string, BlockSyntax> _blocks = [];
    private readonly List<Layer> _layers = [];
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TextRange> _labelRanges = new(StringComparer.Ordinal);
    private readonly Stack<string> _calls = new();

    /// <summary>Statements of blocks that had no problem in one use.</summary>
    private readonly HashSet<TextRange> _wentWell = [];
    private int _statements;
    private bool _tooLarge;

    /// <summary>Each problem looks for names that are near, and for lines: beyond some the walk ends.</summary>
    private bool IsEnough => _tooLarge || _problems.Count >= SpecParser.MaxProblems;

    private ResolveShapes(SpecSyntax spec, string text, List<Problem> problems) => (_spec, _text, _problems) = (spec, text, problems);

    /// <summary>Where a statement stands.</summary>
    /// <param name="Path">Labels around it, joined with dots.</param>
    /// <param name="Input">What <c>in</c> names.</param>
    /// <param name="Parameters">The block's parameters.</param>
    /// <param name="Use">The statement of the network that uses the block, or the one around it; null outside of blocks.</param>
    private sealed record Scope(string Path, Value Input, IReadOnlyDictionary<string, ParameterValue> Parameters, TextRange? Use)
    {
        public string Join(string? label) => label is null ? Path : Path.Length == 0 ? label : Path + "." + label;
    }

    /// <summary>A value on its way through the statements; <see cref="Unknown"/> after a problem, which then is not reported again by what follows.</summary>
    private readonly record struct Value(int Id)
    {
        public static Value Unknown => new(-1);

        public bool IsKnown => Id >= 0;
    }

    public static Network? Run(SpecSyntax spec, string text, string name, List<Problem> problems)
    {
        var pass = new ResolveShapes(spec, text, problems);
        return pass.Resolve(name);
    }

    private Network? Resolve(string name)
    {
        foreach (BlockSyntax block in _spec.Blocks)
        {
            if (_blocks.TryGetValue(block.Name, out BlockSyntax? first))
                _problems.Add(new Problem(ProblemId.DuplicateName, block.NameRange, block.Name, "in " + LineOf(first.NameRange)));
            else
                _blocks.Add(block.Name, block);
        }

        if (_spec.Input is not { } firstInput)
        {
            if (_problems.Count == 0)
                _problems.Add(new Problem(ProblemId.Missing, new TextRange(0, 0), "an input line such as 'input 3x224x224'", "at the top of the spec"));
            return null;
        }

        foreach (InputSyntax input in _spec.Inputs)
        {
            if (!AddInput(input))
                return null;
        }

        var start = new Value(0);
        var scope = new Scope("", start, new Dictionary<string, ParameterValue>(), Use: null);
        if (_spec.Statements.Count == 0 && _problems.Count == 0)
            _problems.Add(new Problem(ProblemId.Missing, firstInput.Range, "a statement", "after the input line"));
        Value last = RunStatements(_spec.Statements, scope, start);
        if (_spec.Inputs.Count == 1 && !_labels.ContainsKey("input"))
            _labels.Add("input", 0);

        List<Output> outputs = ResolveOutputs(last);
        if (_problems.Count > 0 || outputs.Count == 0)
            return null;
        return new Network { Name = name, Image = _spec.Image, Layers = _layers, Outputs = outputs, Targets = [], Labels = _labels };
    }

    /// <summary>An input is a value of its name; the only one is called <c>input</c> whatever its name is, unless a label is.</summary>
    private bool AddInput(InputSyntax input)
    {
        var shape = new Shape(input.Channels, input.Height, input.Width);
        if (shape.Length is < 1 or > int.MaxValue / 8)
        {
            _problems.Add(new Problem(ProblemId.SizeOverflow, input.Range, input.Name, Invariant($"{shape} = {shape.Length} values")));
            return false;
        }

        Value value = AddLayer(new Layer
        {
            Id = _layers.Count,
            Name = input.Name,
            Operation = new InputOperation(),
            Inputs = [],
            Shape = shape,
            Range = input.Range,
            ChannelsFrom = new([input.Range]),
        });
        if (input.Name != "input")
            Define(input.Name, input.Range, value);
        return value.IsKnown;
    }

    private List<Output> ResolveOutputs(Value last)
    {
        var outputs = new List<Output>();
        foreach (OutputSyntax output in _spec.Outputs)
        {
            if (_labels.TryGetValue(output.Name, out int id))
                outputs.Add(new Output(output.Name, id));
            else if (_problems.Count == 0)
                ReportUnknownName(output.Name, output.Range);
        }

        if (_spec.Outputs.Count == 0 && last.IsKnown)
            outputs.Add(new Output(_layers[last.Id].Name, last.Id));
        return outputs;
    }

    private Value RunStatements(EquatableArray<StatementSyntax> statements, Scope scope, Value current)
    {
        foreach (StatementSyntax statement in statements)
        {
            if (IsEnough)
                return Value.Unknown;
            if (statement.Label is not { IsRange: true } range)
            {
                current = RunStatement(statement, statement.Label?.Name, scope, current);
                continue;
            }

            for (long number = range.First; number <= range.Last && !IsEnough; number++)
                current = RunStatement(statement, Invariant($"{range.Name}{number}"), scope, current);
        }

        return current;
    }

    private Value RunStatement(StatementSyntax statement, string? label, Scope scope, Value current)
    {
        _statements += 1 + CountOperands(statement);
        if (_statements > MostStatements)
            return ReportTooLarge(statement.Range);
        string path = scope.Join(label);
        if (path.Length > LongestPath)
        {
            _problems.Add(new Problem(
                ProblemId.SizeOverflow, statement.Label?.Range ?? statement.Range,
                "the label with those around it", Invariant($"more than {LongestPath} characters")));
            return Value.Unknown;
        }

        Value result = statement switch
        {
            GroupSyntax group => RunStatements(group.Statements, scope with { Path = path, Input = current }, current),
            CallSyntax call => Call(call, path, scope, current),
            OperationSyntax operation when scope.Use is TextRange use => OperateInBlock(operation, label, path, scope, use, current),
            OperationSyntax operation => Operate(operation, label, path, scope, current),
            _ => Value.Unknown,
        };
        if (label is not null)
            Define(path, statement.Label!.Range, result);
        return result;
    }

    private static int CountOperands(StatementSyntax statement) => statement switch
    {
        OperationSyntax operation => operation.Operands.Count,
        CallSyntax call => call.Arguments.Count,
        _ => 0,
    };

    private void Define(string path, TextRange range, Value value)
    {
        if (_labelRanges.TryGetValue(path, out TextRange first))
        {
            _problems.Add(new Problem(ProblemId.DuplicateName, range, path, "in " + LineOf(first)));
            return;
        }

        _labelRanges.Add(path, range);
        _labels[path] = value.Id;
    }

    private Value Call(CallSyntax call, string path, Scope scope, Value current)
    {
        if (!_blocks.TryGetValue(call.Block, out BlockSyntax? block))
        {
            _problems.Add(new Problem(ProblemId.UnknownOperation, call.BlockRange, call.Block, NearestName.Suggest(call.Block, _blocks.Keys)));
            return Value.Unknown;
        }

        if (_calls.Contains(call.Block))
        {
            string circle = string.Join(" -> ", _calls.Reverse().SkipWhile(name => name != call.Block).Append(call.Block));
            _problems.Add(new Problem(ProblemId.BlockRecursion, call.BlockRange, circle));
            return Value.Unknown;
        }

        if (call.Arguments.Count != block.Parameters.Count)
        {
            _problems.Add(new Problem(
                ProblemId.WrongArgumentCount, call.BlockRange, call.Block, Invariant($"{block.Parameters.Count}"), Invariant($"{call.Arguments.Count}")));
            return Value.Unknown;
        }

        var parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        for (int i = 0; i < block.Parameters.Count; i++)
        {
            if (Arguments.CallArgument(call.Arguments[i], scope.Parameters, call.Block, _problems) is not ParameterValue value)
                return Value.Unknown;
            parameters[block.Parameters[i].Name] = value;
        }

        _calls.Push(call.Block);
        Value result = RunStatements(block.Statements, new Scope(path, current, parameters, scope.Use ?? call.Range), current);
        _calls.Pop();
        return result;
    }

    /// <summary>
    /// Problems of a statement in a block: where an earlier use of the block went well, this use is to blame, and the place; else the statement is.
    /// </summary>
    private Value OperateInBlock(OperationSyntax syntax, string? label, string path, Scope scope, TextRange use, Value current)
    {
        int before = _problems.Count;
        Value result = Operate(syntax, label, path, scope, current);
        if (result.IsKnown)
            _wentWell.Add(syntax.Range);
        for (int i = before; i < _problems.Count; i++)
        {
            Problem problem = _problems[i];
            if (problem.Elsewhere is null)
            {
                _problems[i] = _wentWell.Contains(syntax.Range)
                    ? problem with { Place = use, Elsewhere = OtherPlace.Origin(problem.Place.Range) }
                    : problem with { Elsewhere = OtherPlace.Use(use) };
            }
        }

        return result;
    }

    private Value Operate(OperationSyntax syntax, string? label, string path, Scope scope, Value current)
    {
        OperationWord word = OperationTable.Find(syntax.Name)!;
        var operands = new List<(Value Value, TextRange Range)>();
        if (word.Operands != OperandKind.Value)
            operands.Add((current, syntax.Range));
        foreach (OperandSyntax operand in syntax.Operands)
            operands.Add((Operand(operand, scope, current), operand.Range));
        if (_tooLarge || operands.Count == 0 || operands.Exists(operand => !operand.Value.IsKnown))
            return Value.Unknown;
        if (!word.IsPairwise)
            return Apply(word, operands, syntax, label, path, scope);

        // A sum of several is a chain of sums, so that each has two operands.
        Value result = operands[0].Value;
        for (int i = 1; i < operands.Count && result.IsKnown; i++)
            result = Apply(word, [(result, syntax.Range), operands[i]], syntax, label, path, scope);
        return result;
    }

    private Value Apply(OperationWord word, List<(Value Value, TextRange Range)> operands, OperationSyntax syntax, string? label, string path, Scope scope)
    {
        var arguments = new Arguments(syntax, scope.Parameters, _problems);
        List<OperandLayer> layers = [.. operands.Select(operand => new OperandLayer(_layers[operand.Value.Id], operand.Range))];
        var rule = new LayerRule(syntax, path, layers, arguments, _problems) { Use = scope.Use, Describe = Describe };
        if (rule.Apply(word) is not { } draft)
            return Value.Unknown;
        if (draft.Operation is null)
            return operands[0].Value;
        if (path.Length == 0 && (draft.Weights.Count > 0 || draft.Affine is not null))
        {
            _problems.Add(new Problem(ProblemId.Missing, syntax.NameRange, "a label, since it is the weights' name", $"before '{syntax.Name}'"));
            return Value.Unknown;
        }

        IReadOnlyList<int> inputs = draft.Inputs ?? [.. operands.Select(operand => operand.Value.Id)];
        return AddLayer(new Layer
        {
            Id = _layers.Count,
            Name = label is null ? scope.Join(syntax.Name) : path,
            Operation = draft.Operation,
            Inputs = inputs,
            Shape = draft.Shape,
            Range = syntax.Range,
            Use = scope.Use,
            ChannelsFrom = ChannelsFrom(syntax, arguments, draft.Shape, _layers[inputs[0]]),
            Weights = draft.Weights,
            Affine = draft.Affine,
        });
    }

    private static EquatableArray<TextRange> ChannelsFrom(OperationSyntax syntax, Arguments arguments, Shape output, Layer input)
    {
        if (arguments.Has("channels"))
            return arguments.Sources("channels");
        if (arguments.Has("count"))
            return arguments.Sources("count");
        return output.Channels == input.Shape.Channels ? input.ChannelsFrom : new([syntax.Range]);
    }

    private Value Operand(OperandSyntax operand, Scope scope, Value current)
    {
        switch (operand)
        {
            case ValueSyntax value:
                return Find(value, scope);
            case BranchSyntax branch:
                Value start = branch.Start is null ? current : Find(branch.Start, scope);
                return RunStatements(branch.Statements, scope, start);
            default:
                return Value.Unknown;
        }
    }

    private Value Find(ValueSyntax value, Scope scope)
    {
        if (value.Name == "in")
            return scope.Input;
        if (value.Name.Length > LongestPath)
        {
            ReportUnknownName(value.Name, value.Range);
            return Value.Unknown;
        }

        for (string path = scope.Path; ; path = path.Substring(0, Math.Max(0, path.LastIndexOf('.'))))
        {
            if (_labels.TryGetValue(path.Length == 0 ? value.Name : path + "." + value.Name, out int id))
                return new Value(id);
            if (path.Length == 0)
                break;
        }

        if (value.Name == "input" && _spec.Inputs.Count == 1)
            return new Value(0);
        ReportUnknownName(value.Name, value.Range);
        return Value.Unknown;
    }

    private void ReportUnknownName(string name, TextRange range) =>
        _problems.Add(new Problem(ProblemId.UnknownName, range, name, NearestName.Suggest(name, _labels.Keys)));

    private Value AddLayer(Layer layer)
    {
        if (_layers.Count >= MostLayers)
            return ReportTooLarge(layer.Range);
        _layers.Add(layer);
        return new Value(layer.Id);
    }

    private Value ReportTooLarge(TextRange range)
    {
        if (!_tooLarge)
            _problems.Add(new Problem(ProblemId.SizeOverflow, range, "the network", Invariant($"more than {MostLayers} layers")));
        _tooLarge = true;
        return Value.Unknown;
    }

    private string Describe(Layer layer) =>
        $"{layer.Shape} of {layer.Name} ({LineOf(layer.Range)}{(layer.Use is TextRange use ? $", used in {LineOf(use)}" : "")})";

    private string LineOf(TextRange range)
    {
        int line = 1;
        for (int i = 0; i < range.Start && i < _text.Length; i++)
            if (_text[i] == '\n')
                line++;
        return Invariant($"line {line}");
    }
}
