namespace GradCam.Cpu.Conv;

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
    public static OutputPass Of(in ExecutionContext context, in Epilogue epilogue, PixelView output, AxisPhase rows, AxisPhase columns) => new()
    {
        Output = output,
        Gate = PixelView.OfOutputs(context, epilogue.Gate.Output, rows, columns),
        Activation = epilogue.Activation,
        GateActivation = epilogue.Gate.Activation,
    };

    /// <summary>True when the micro-kernel does it all.</summary>
    public readonly bool IsDone => (Activation.Kind is ActivationKind.None or ActivationKind.Relu or ActivationKind.Clip) && Gate.First == null;

    /// <summary>Tells a micro-kernel what it applies itself.</summary>
    public readonly void SetClamp(ref Tile tile) => (tile.Clamp, tile.Low, tile.High) = Activation.Kind switch
    {
        ActivationKind.Relu => (TileClamp.Low, 0f, 0f),
        ActivationKind.Clip => (TileClamp.Both, Activation.Alpha, Activation.Beta),
        _ => (TileClamp.None, 0f, 0f),
    };

    /// <summary>Runs over some channels of some pixels.</summary>
    /// <param name="firstPixel">The first pixel.</param>
    /// <param name="pixels">How many.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="outputs">Where the pixels begin in <see cref="Output"/>.</param>
    /// <param name="gates">Room for as many offsets.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="channels">How many.</param>
    public readonly void Run(int firstPixel, int pixels, int width, int* outputs, int* gates, int channel, int channels)
    {
        if (Activation.Kind is not (ActivationKind.None or ActivationKind.Relu or ActivationKind.Clip))
            Activate(outputs, pixels, channel, channels);
        if (Gate.First != null)
        {
            Gate.Offsets(firstPixel, pixels, width, gates);
            ApplyGate(gates, outputs, pixels, channel, channels);
        }
    }

    private readonly void Activate(int* outputs, int pixels, int channel, int channels)
    {
        for (int pixel = 0; pixel < pixels;)
        {
            int start = pixel++;
            int length = channels;
            for (; pixel < pixels && outputs[pixel] == outputs[start] + length; pixel++)
                length += channels;
            float* values = Output.First + outputs[start] + channel;
            ActivationKernel.Apply(Activation, values, values, length);
        }
    }

    private readonly void ApplyGate(int* gates, int* outputs, int pixels, int channel, int channels)
    {
        for (int pixel = 0; pixel < pixels;)
        {
            int start = pixel++;
            int length = channels;
            for (; pixel < pixels && outputs[pixel] == outputs[start] + length && gates[pixel] == gates[start] + length; pixel++)
                length += channels;
            ActivationKernel.ApplyGate(GateActivation, Gate.First + gates[start] + channel, Output.First + outputs[start] + channel, length);
        }
    }
}
