using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;

namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>
/// What is left of an epilogue after a micro-kernel wrote its clamped sums: the activations that are no clamps, and the gate. Runs over a chunk of pixels while
/// it is in cache.
/// </summary>
internal unsafe struct OutputPass
{
    /// <summary>The outputs.</summary>
    public PixelView Output;

    /// <summary>What the gated activation put out.</summary>
    public PixelView Gate;

    /// <summary>The activation.</summary>
    public Activation Activation;

    /// <summary>The gated activation.</summary>
    public Activation GateActivation;

    /// <summary>The pass of an epilogue over the outputs of a phase.</summary>
    public static OutputPass Of(in KernelContext context, in Epilogue epilogue, PixelView output, AxisPhase rows, AxisPhase columns) => new()
    {
        Output = output,
        Gate = PixelView.OfOutputs(context, epilogue.Gate.Output, rows, columns),
        Activation = epilogue.Activation,
        GateActivation = epilogue.Gate.Activation,
    };

    /// <summary>True when the micro-kernel does it all.</summary>
    public readonly bool IsDone => IsClamp && Gate.First == null;

    /// <summary>What a micro-kernel applies itself.</summary>
    public readonly ClampBounds Clamp => Activation.Kind switch
    {
        ActivationKind.Relu => new(TileClamp.Low, 0, 0),
        ActivationKind.Clip => new(TileClamp.Both, Activation.Alpha, Activation.Beta),
        _ => default,
    };

    private readonly bool IsClamp => Activation.Kind is ActivationKind.None or ActivationKind.Relu or ActivationKind.Clip;

    /// <summary>Runs over some channels of some consecutive pixels.</summary>
    /// <param name="firstPixel">The first pixel.</param>
    /// <param name="pixels">How many.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="channels">How many.</param>
    public readonly void Run(int firstPixel, int pixels, int width, int channel, int channels)
    {
        if (IsDone)
            return;
        (int row, int column) = Math.DivRem(firstPixel, width);
        while (pixels > 0)
        {
            // The rest of a row that was begun, then whole rows, then the beginning of one.
            int columns = Math.Min(width - column, pixels);
            int rows = columns == width ? pixels / width : 1;
            RunRectangle((row, column), (rows, columns), channel, channels);
            pixels -= rows * columns;
            row += rows;
            column = 0;
        }
    }

    /// <summary>Runs over some channels of a rectangle of pixels.</summary>
    /// <param name="start">Row and column of its first pixel.</param>
    /// <param name="size">Its rows and columns.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="channels">How many.</param>
    public readonly void RunRectangle((int Row, int Column) start, Extent size, int channel, int channels)
    {
        MapView values = View(Output, start, channel);
        if (!IsClamp)
        {
            var user = new ValueUser(values, values, 0, size.Height, size.Width, channels);
            ActivationDispatch.Use(Activation, ref user);
        }

        if (Gate.First != null && GateActivation.Kind != ActivationKind.None)
        {
            var user = new GradientUser(View(Gate, start, channel), values, values, accumulate: false, 0, size.Height, size.Width, channels);
            ActivationDispatch.Use(GateActivation, ref user);
        }
    }

    private static MapView View(PixelView pixels, (int Row, int Column) start, int channel) =>
        new(pixels.First + (nint)start.Row * pixels.RowStep + (nint)start.Column * pixels.PixelStep + channel, pixels.RowStep, pixels.PixelStep);
}
