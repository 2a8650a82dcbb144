using GradCam.Numerics;

namespace GradCam.Explain.Inputs.Gates;

/// <summary>A session's decorators, each made when it is first asked for.</summary>
internal sealed class GateDecorators
{
    private PassDecorator? _guided;
    private PassDecorator? _deconv;
    private (GateDecorator<DeepLiftRule> Decorator, DeepLiftRule Rule)? _deepLift;
    private (GateDecorator<BiasRule> Decorator, BiasRule Rule)? _biases;

    public PassDecorator Guided => _guided ??= new GateDecorator<RectifierRule>(new RectifierRule(keepsGate: true));

    public PassDecorator Deconv => _deconv ??= new GateDecorator<RectifierRule>(new RectifierRule(keepsGate: false));

    public (GateDecorator<DeepLiftRule> Decorator, DeepLiftRule Rule) DeepLift => _deepLift ??= Make(new DeepLiftRule());

    public (GateDecorator<BiasRule> Decorator, BiasRule Rule) BiasesOf(Arithmetic arithmetic, Tensor input) =>
        _biases ??= Make(new BiasRule(new FullGradSum(arithmetic, input.Height, input.Width)));

    private static (GateDecorator<TRule> Decorator, TRule Rule) Make<TRule>(TRule rule)
        where TRule : class, IGateRule => (new GateDecorator<TRule>(rule), rule);
}
