namespace GradCam.Explain.Inputs;

/// <summary>A session's attributions: takes inputs, runs a method, and leaves the session as after a forward pass of the input.</summary>
internal sealed class InputExplainer(Executor executor, ForwardRun forward) : IDisposable
{
    private readonly AttributionBuffer _buffer = new(executor.Info.Input, executor.Arithmetic);
    private readonly InputRun _run = new(executor, forward);

    private NetworkInfo Info => executor.Info;

    /// <summary>Makes all attributions invalid that were made so far.</summary>
    public void Invalidate() => _buffer.Invalidate();

    /// <summary>Attributes a class's score, or a target's, to a photo.</summary>
    public Attribution Explain(in ImageView image, ClassReference @class, Target? target, InputMethod method, ExplainOptions? options)
    {
        Check(method);
        int classIndex = target is null ? @class.IndexIn(Info, nameof(@class)) : -1;
        return Run(forward.Prepare(image, _run.InputBuffer), classIndex, target, method, options);
    }

    /// <summary>Attributes a class's score, or a target's, to a prepared input.</summary>
    public Attribution Explain(
        ReadOnlySpan<float> tensor, TensorLayout layout, ClassReference @class, Target? target, InputMethod method, ExplainOptions? options)
    {
        Check(method);
        int classIndex = target is null ? @class.IndexIn(Info, nameof(@class)) : -1;
        return Run(forward.Prepare(tensor, layout, _run.InputBuffer), classIndex, target, method, options);
    }

    /// <inheritdoc/>
    public void Dispose() => _run.Dispose();

    private void Check(InputMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method.Needs == InputNeeds.InputGradient && _run.InputLayer < 0)
        {
            throw new InvalidOperationException(
                $"{method.Name} needs the input's gradient, which {Info.Name} was not compiled with: add [GradCam(\"input\")] to the class.");
        }
    }

    private Attribution Run(PhotoRegion region, int classIndex, Target? target, InputMethod method, ExplainOptions? options)
    {
        HeatmapBuffer map = _buffer.Map;
        Invalidate();
        _buffer.Method = method;
        map.Method = method;
        map.ClassIndex = classIndex;
        map.ClassName = (uint)classIndex < (uint)Info.Labels.Count ? Info.Labels[classIndex] : "";
        map.Target = target;
        map.Region = region;
        _run.Begin(_buffer, region, classIndex, target, method.CountPasses(Info), options ?? ExplainOptions.Default);
        try
        {
            method.Compute(_run);
            _run.End();
        }
        catch
        {
            // Whatever was run last: it may not be the input.
            forward.Forget();
            throw;
        }

        _buffer.Finish(_run.HasMap ? null : method.Reduction);
        return new Attribution(_buffer);
    }
}
