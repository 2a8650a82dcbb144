namespace GradCam.Explain.Inputs;

/// <summary>A session's attributions: takes inputs, runs a method, and leaves the session as after a forward pass of the input.</summary>
internal sealed class InputExplainer(Executor executor, ForwardRun forward)
{
    private readonly AttributionBuffer _buffer = new(executor.Info.Input);
    private readonly InputRun _run = new(executor, forward);

    /// <summary>Makes all attributions invalid that were made so far.</summary>
    public void Invalidate() => _buffer.Invalidate();

    /// <summary>Attributes a class's score to a photo.</summary>
    public Attribution Explain(in ImageView image, ClassReference @class, InputMethod method, RunOptions? options)
    {
        Check(method, @class);
        return Run(forward.Prepare(image, _run.InputBuffer), @class, method, options);
    }

    /// <summary>Attributes a class's score to a prepared input.</summary>
    public Attribution Explain(ReadOnlySpan<float> tensor, TensorLayout layout, ClassReference @class, InputMethod method, RunOptions? options)
    {
        Check(method, @class);
        return Run(forward.Prepare(tensor, layout, _run.InputBuffer), @class, method, options);
    }

    /// <summary>What can be said without an input, before the last results are given up.</summary>
    private void Check(InputMethod method, ClassReference @class)
    {
        ArgumentNullException.ThrowIfNull(method);
        _ = @class.IndexIn(executor.Info, nameof(@class));
        if (method.Needs == InputNeeds.InputGradient && _run.InputLayer < 0)
        {
            throw new InvalidOperationException(
                $"{method.Name} needs the input's gradient, which {executor.Info.Name} was not compiled with: add [GradCam(\"input\")] to the class.");
        }
    }

    private Attribution Run(PhotoRegion region, ClassReference @class, InputMethod method, RunOptions? options)
    {
        NetworkInfo info = executor.Info;
        int classIndex = @class.IndexIn(info, nameof(@class));
        Invalidate();
        _buffer.Method = method;
        _buffer.Map.Method = method;
        _buffer.Map.ClassIndex = classIndex;
        _buffer.Map.ClassName = classIndex < info.Labels.Count ? info.Labels[classIndex] : "";
        _buffer.Map.Region = region;
        _run.Begin(_buffer, region, classIndex, method.CountPasses(info), options ?? RunOptions.Default);
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
