using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Operations;

/// <summary>What a call that computes the gradient of a layer's operand is written with.</summary>
internal sealed class GradientCode(Names names, BackwardStep step, Layer operand)
{
    public BackwardStep Step => step;

    public Layer Layer => step.Layer;

    /// <summary>The operand's layer, whose output's gradient is computed.</summary>
    public Layer Operand => operand;

    /// <summary>The layer's parameters.</summary>
    public string Operation => names.Operation(Layer.Id);

    /// <summary>The layer's gradient, or its sums over the pixels; nothing where the step reads none.</summary>
    public string From => step.From is { } gradient ? names.Gradient(gradient) : "";

    /// <summary>The operand's gradient, or its sums.</summary>
    public string To => names.Gradient(step.To);

    /// <summary>The layer's input, or the class's channel of it.</summary>
    public string Input => Saved(Layer.Input, step.ToClassChannel);

    /// <summary>The layer's output, or the class's channel of it.</summary>
    public string Output => Saved(Layer.Id, step.FromClassChannel);

    /// <summary>Of a layer with two operands the other one.</summary>
    public string OtherInput => names.Value(Layer.Inputs[0] == step.Operand ? Layer.Inputs[1] : Layer.Inputs[0]);

    /// <summary>The call of an operation: the arguments, then the gradients and what is done with them.</summary>
    public string Call(string method, params string[] arguments) => $"backend.{method}({string.Join(", ", [.. arguments, From])}, {End(To, step.Accumulate)}";

    /// <summary>A call without the layer's gradient.</summary>
    public string CallFromSeed(string method, params string[] arguments) => $"backend.{method}({string.Join(", ", arguments)}, {End(To, step.Accumulate)}";

    /// <summary>Hands the layer's gradient on: all of it, the operand's channels of it, or to the channels of the operand that the layer is.</summary>
    public string Pass()
    {
        string from = Layer.Operation.Flow == GradientFlow.Split ? Invariant($"{From}.Slice({step.Channel}, {operand.Shape.Channels})") : From;
        // A slice's gradient is added to the channels that it came from.
        return Layer.Operation.Flow == GradientFlow.Added
            ? $"backend.Copy({from}, {End(Invariant($"{To}.Slice({step.Channel}, {Layer.Shape.Channels})"), accumulate: true)}"
            : $"backend.Copy({from}, {End(To, step.Accumulate)}";
    }

    /// <summary>The end of a call: where to, whether it adds, and what it takes off; with the parenthesis.</summary>
    private string End(string to, bool accumulate)
    {
        string gate = step.Gated ? $", gate: new({operand.Activation!.Code}, {Saved(operand.Id, step.ToClassChannel)})" : "";
        return $"{to}, accumulate: {ParameterText.Bool(accumulate)}{gate})";
    }

    private string Saved(int id, bool classChannel) => names.Value(id) + (classChannel ? ".Slice(@class, 1)" : "");
}
