namespace GradCam.Explain;

/// <summary>What a session keeps of one sample: its forward pass, what that predicts, and its explanations.</summary>
internal sealed class Sample
{
    public Sample(Executor executor, int index)
    {
        Run = new ForwardRun(executor, index);
        Predictions = new Predictions(Run, executor.Info);
        Explainer = new Explainer(executor, Run);
    }

    public ForwardRun Run { get; }

    public Predictions Predictions { get; }

    public Explainer Explainer { get; }

    /// <summary>Forgets the last pass.</summary>
    public void Forget()
    {
        Run.Forget();
        Predictions.Forget();
        Explainer.Forget();
    }
}
