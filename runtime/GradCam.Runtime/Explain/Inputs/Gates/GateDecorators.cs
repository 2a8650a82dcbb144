namespace GradCam.Explain.Inputs.Gates;

/// <summary>A session's decorators, each made when it is first asked for.</summary>
internal sealed class GateDecorators
{
    private PassDecorator? _guided;
    private PassDecorator? _deconv;
    private (GateDecorator<DeepLiftRule> Decorator, DeepLiftRule Rule)? _deepLift;

    public PassDecorator Guided => _guided ??= new GateDecorator<RectifierRule>(new RectifierRule(keepsGate: true));

    public PassDecorator Deconv => _deconv ??= new GateDecorator<RectifierRule>(new RectifierRule(keepsGate: false));

    public (GateDecorator<DeepLiftRule> Decorator, DeepLiftRule Rule) DeepLift => _deepLift ??= Make(new DeepLiftRule());

    private static (GateDecorator<DeepLiftRule> Decorator, DeepLiftRule Rule) Make(DeepLiftRule rule) => (new GateDecorator<DeepLiftRule>(rule), rule);
}
