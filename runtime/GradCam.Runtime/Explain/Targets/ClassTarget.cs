using System.Collections.Immutable;
using System.Globalization;
using GradCam.Numerics;

namespace GradCam;

/// <summary>
/// A number of one class: its logit, its probability. Where the output is a map, the sum of that over the map's pixels, or over some of them
/// (pytorch-grad-cam's SemanticSegmentationTarget).
/// </summary>
public abstract record ClassTarget : Target
{
    private protected ClassTarget(ClassReference @class) => Class = @class;

    /// <summary>The class, a channel of the output.</summary>
    public ClassReference Class { get; }

    /// <summary>The pixels that count, [height, width] of the output map; default for all.</summary>
    public ImmutableArray<bool> Mask { get; private init; }

    /// <summary>The rectangle that counts, in pixels of the output map; null for all.</summary>
    public MapBox? Box { get; private init; }

    /// <summary>The same over some of a map's pixels.</summary>
    /// <param name="mask">[height, width] of the output map: true where a pixel counts.</param>
    public ClassTarget Within(ReadOnlySpan<bool> mask) => this with { Mask = [.. mask], Box = null };

    /// <summary>The same over a rectangle of a map.</summary>
    /// <param name="box">In pixels of the output map.</param>
    public ClassTarget Within(MapBox box) => this with { Mask = default, Box = box };

    /// <summary>The same at one pixel of a map.</summary>
    /// <param name="row">The pixel's row in the output map.</param>
    /// <param name="column">Its column.</param>
    public ClassTarget At(int row, int column) => Within(new MapBox { Left = column, Top = row, Width = 1, Height = 1 });

    /// <inheritdoc/>
    public sealed override double Evaluate(in TargetContext context, double weight)
    {
        int output = context.FindOutput(Output);
        OutputInfo info = context.Info.Outputs[output];
        int @class = Class.IndexIn(context.Info, output, nameof(Class));
        Check(info);
        FeatureMaps maps = context.GetOutput(output);
        Span<float> seed = context.GetSeed(output);
        Span<float> scratch = context.Scratch(output);
        double y = 0;
        for (int pixel = 0; pixel < maps.Height * maps.Width; pixel++)
        {
            if (!Counts(pixel / maps.Width, pixel % maps.Width, pixel))
                continue;
            int first = pixel * maps.Channels;
            y += AtPixel(context.Arithmetic, maps.Values.Slice(first, maps.Channels), @class, info.Head, weight, seed.Slice(first, maps.Channels), scratch);
        }

        return y;
    }

    /// <inheritdoc/>
    public sealed override string ToString()
    {
        string where = Box is { } box ? string.Create(CultureInfo.InvariantCulture, $" in {box.Width}x{box.Height} at ({box.Top}, {box.Left})")
            : Mask.IsDefault ? "" : " in a mask";
        return $"{Word} of {Class}{(Output is null ? "" : $" of {Output}")}{where}";
    }

    /// <summary>"logit".</summary>
    private protected abstract string Word { get; }

    /// <summary>Whether it is the same as the class's logit where the output is a vector.</summary>
    private protected virtual bool IsLogit => false;

    /// <summary>The number of one pixel.</summary>
    /// <param name="arithmetic">How it is computed.</param>
    /// <param name="logits">[channels].</param>
    /// <param name="class">The class.</param>
    /// <param name="head">What makes them probabilities.</param>
    /// <param name="weight">What the gradient is multiplied by.</param>
    /// <param name="seed">[channels]: the gradient is added to it.</param>
    /// <param name="scratch">[channels].</param>
    private protected abstract double AtPixel(
        Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, Span<float> seed, Span<float> scratch);

    /// <summary>What is added to the seed where the logits move along a direction: nothing for what is linear in them.</summary>
    /// <param name="arithmetic">How it is computed.</param>
    /// <param name="logits">[channels].</param>
    /// <param name="class">The class.</param>
    /// <param name="head">What makes them probabilities.</param>
    /// <param name="weight">What it is multiplied by.</param>
    /// <param name="direction">[channels].</param>
    /// <param name="seed">[channels].</param>
    /// <param name="scratch">[channels].</param>
    private protected virtual void AddCurvature(
        Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, ReadOnlySpan<double> direction, Span<float> seed,
        Span<float> scratch)
    {
    }

    internal sealed override bool TryAddCurvature(in TargetContext context, double weight, ReadOnlySpan<double> direction)
    {
        int output = context.FindOutput(Output);
        if (output != 0 || context.Info.Outputs[0].IsMap)
            return false;
        int @class = Class.IndexIn(context.Info, output, nameof(Class));
        AddCurvature(
            context.Arithmetic, context.GetOutput(0).Values, @class, context.Info.Outputs[0].Head, weight, direction, context.GetSeed(0), context.Scratch(0));
        return true;
    }

    internal override bool TryGetClass(NetworkInfo info, out int @class, out float seed)
    {
        (@class, seed) = (-1, 1);
        if (!IsLogit || info.Outputs[0].IsMap || (Output is not null && Output != info.Outputs[0].Name) || !Mask.IsDefault || Box is not null)
            return false;
        @class = Class.IndexIn(info, nameof(Class));
        return true;
    }

    private bool Counts(int row, int column, int pixel) =>
        Box is { } box ? row >= box.Top && row < box.Top + box.Height && column >= box.Left && column < box.Left + box.Width
        : Mask.IsDefault || Mask[pixel];

    private void Check(OutputInfo info)
    {
        (int height, int width) = (info.Tensor.Height, info.Tensor.Width);
        if (!Mask.IsDefault && Mask.Length != height * width)
            throw new ArgumentException($"The output '{info.Name}' is a map of {height}x{width}; the target's mask has {Mask.Length} pixels.");
        if (Box is { } box && (box.Left < 0 || box.Top < 0 || box.Width < 1 || box.Height < 1 || box.Left > width - box.Width || box.Top > height - box.Height))
        {
            throw new ArgumentException(
                $"The output '{info.Name}' is a map of {height}x{width}; the target's box is {box.Height}x{box.Width} at row {box.Top}, column {box.Left}.");
        }
    }
}

/// <summary>A rectangle of a map, in its pixels.</summary>
public readonly record struct MapBox
{
    /// <summary>The first column.</summary>
    public required int Left { get; init; }

    /// <summary>The first row.</summary>
    public required int Top { get; init; }

    /// <summary>Columns.</summary>
    public required int Width { get; init; }

    /// <summary>Rows.</summary>
    public required int Height { get; init; }
}
