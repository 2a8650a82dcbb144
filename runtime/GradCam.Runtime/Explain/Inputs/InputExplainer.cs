namespace GradCam.Explain.Inputs;

/// <summary>A session's attributions: takes inputs, runs a method, and leaves the session as after a forward pass of the input.</summary>
/// <param name="executor">The session's workspace.</param>
/// <param name="forward">Its first sample.</param>
/// <param name="input">The input that is attributed to.</param>
internal sealed class InputExplainer(Executor executor, ForwardRun forward, int input) : IDisposable
{
    private readonly AttributionBuffer _buffer = new(executor.Info.Inputs[input], executor.Arithmetic);
    private readonly InputRun _run = new(executor, forward, input);

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
        return Run(forward.Prepare(input, tensor, layout, _run.InputBuffer), classIndex, target, method, options);
    }

    /// <summary>Attributes a class's score, or a target's, to the input of a sample's last pass.</summary>
    /// <param name="current">The sample.</param>
    /// <param name="samples">All: their workspaces may be used up.</param>
    /// <param name="class">The class; without meaning where there is a target.</param>
    /// <param name="target">The target; null for the class.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">The caller's.</param>
    public Attribution Explain(
        Sample current, ReadOnlySpan<Sample> samples, ClassReference @class, Target? target, InputMethod method, ExplainOptions? options)
    {
        Check(method);
        int classIndex = target is null ? @class.IndexIn(Info, nameof(@class)) : -1;
        PhotoRegion region = current.Run.RegionOf(input);
        _run.TakeInputs(current.Run);
        foreach (Sample sample in samples)
            sample.Forget();
        return Run(region, classIndex, target, method, options);
    }

    /// <inheritdoc/>
    public void Dispose() => _run.Dispose();

    private void Check(InputMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method.Needs == InputNeeds.InputGradient && _run.InputLayer < 0)
        {
            throw new NotSupportedException(
                $"{method.Name} needs the input's gradient, which {Info.Name} was not compiled with: " +
                $"add [GradCam(\"{Info.Inputs[input].Name}\")] to the class.");
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
        _run.Begin(_buffer, region, classIndex, target, method.CountPasses(_run.Shape).Total, options ?? ExplainOptions.Default);
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
