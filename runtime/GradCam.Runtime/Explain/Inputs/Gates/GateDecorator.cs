namespace GradCam.Explain.Inputs.Gates;

/// <summary>Runs a schedule with a rule's gates.</summary>
internal sealed class GateDecorator<TRule>(TRule rule) : PassDecorator
    where TRule : class, IGateRule
{
    public override void Run<TNetwork, TBackend>(ref TBackend backend, in SchedulePass pass)
    {
        var gated = new GatedBackend<TBackend, TRule>(backend, rule);
        pass.Run<TNetwork, GatedBackend<TBackend, TRule>>(ref gated, 0);
    }
}
