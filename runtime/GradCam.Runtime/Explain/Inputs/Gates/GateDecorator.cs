namespace GradCam.Explain.Inputs.Gates;

/// <summary>Runs a schedule with a rule's gates.</summary>
internal sealed class GateDecorator<TRule>(TRule rule) : PassDecorator
    where TRule : class, IGateRule
{
    public override void RunForward<TNetwork, TBackend>(ref TBackend backend)
    {
        var gated = new GatedBackend<TBackend, TRule>(backend, rule);
        TNetwork.RunForward(ref gated);
    }

    public override void RunBackward<TNetwork, TBackend>(ref TBackend backend, int layer, int @class, float seed)
    {
        var gated = new GatedBackend<TBackend, TRule>(backend, rule);
        TNetwork.RunBackward(ref gated, layer, @class, seed);
    }
}
