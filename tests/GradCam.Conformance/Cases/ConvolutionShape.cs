namespace GradCam.Conformance.Cases;

/// <summary>The shape of a convolution (of a transposed one, with input and output exchanged).</summary>
public sealed record ConvolutionShape(int Inputs, int Outputs, int Groups, Extent Input, Extent Output, Window Window)
{
    private const int MostMultiplyAccumulates = 1_500_000;

    private long MultiplyAccumulates =>
        (long)Output.Height * Output.Width * Outputs * (Inputs / Groups) * Window.Kernel.Height * Window.Kernel.Width;

    public static ConvolutionShape Draw(CaseRandom random)
    {
        while (true)
        {
            ConvolutionShape? shape = random.Pick(0, 0, 0, 0, 1, 2) switch
            {
                0 => Draw(random, random.Channels(), random.Channels(), 1),
                1 => DrawDepthwise(random),
                _ => DrawGrouped(random),
            };
            if (shape is not null && shape.MultiplyAccumulates <= (random.Smooth ? MostMultiplyAccumulates / 100 : MostMultiplyAccumulates))
                return shape;
        }
    }

    /// <summary>A convolution that reads another's output; null if the one drawn does not fit.</summary>
    public static ConvolutionShape? DrawAfter(CaseRandom random, ConvolutionShape before)
    {
        int inputs = before.Outputs;
        (int outputs, int groups) = random.Pick(0, 0, 1, 1, 2) switch
        {
            0 => (random.Channels(), 1),
            1 => (inputs, inputs),
            _ => inputs % 4 == 0 ? (4 * random.Channels(33), 4) : (random.Channels(), 1),
        };
        ConvolutionShape? shape = Draw(random, inputs, outputs, groups, before.Output);
        return shape?.MultiplyAccumulates <= MostMultiplyAccumulates ? shape : null;
    }

    /// <summary>
    /// Largest error. Where Winograd's algorithm may run, its transforms multiply rounding errors, and an activation such as tanh may leave less of the
    /// value than of the error.
    /// </summary>
    public static double Tolerance(in Window window) => window.Kernel == 3 && window.Stride == 1 && window.Dilation == 1 ? 5e-5 : 1e-5;

    /// <summary>A dense 3x3 convolution of stride 1, on maps that Winograd's tiles divide and on others.</summary>
    public static ConvolutionShape DrawThreeByThree(CaseRandom random)
    {
        while (true)
        {
            Edges pad = random.Chance(0.6) ? 1 : random.Edges(3);
            Extent input = random.Chance(0.5) ? random.Size() : (random.Between(6, 30), random.Between(6, 30));
            Extent output = (input.Height + pad.Top + pad.Bottom - 2, input.Width + pad.Left + pad.Right - 2);
            var shape = new ConvolutionShape(random.Channels(), random.Channels(), 1, input, output, new Window(3, 1, pad, 1));
            long most = random.Smooth ? MostMultiplyAccumulates / 100 : 3 * MostMultiplyAccumulates;
            if (output.Height > 0 && output.Width > 0 && shape.MultiplyAccumulates <= most)
                return shape;
        }
    }

    private static ConvolutionShape? DrawDepthwise(CaseRandom random)
    {
        int channels = random.Channels();
        return Draw(random, channels, channels * random.Pick(1, 1, 1, 1, 2, 3), channels);
    }

    private static ConvolutionShape? DrawGrouped(CaseRandom random)
    {
        int groups = random.Pick(2, 2, 3, 4, 8);
        return Draw(random, groups * random.Channels(33), groups * random.Channels(33), groups);
    }

    private static ConvolutionShape? Draw(CaseRandom random, int inputs, int outputs, int groups) =>
        Draw(random, inputs, outputs, groups, random.Size());

    private static ConvolutionShape? Draw(CaseRandom random, int inputs, int outputs, int groups, Extent input)
    {
        Extent kernel = random.Chance(0.35) ? 3 : random.Extent(1, 1, 1, 2, 3, 5, 7, 11);
        Extent stride = random.Chance(0.55) ? 1 : random.Extent(1, 2, 2, 2, 3, 4, 9);
        Extent dilation = random.Chance(0.75) ? 1 : random.Extent(1, 2, 3, 12);
        Extent reach = ((kernel.Height - 1) * dilation.Height, (kernel.Width - 1) * dilation.Width);
        Edges pad = random.Between(0, 3) switch
        {
            0 => default,
            1 or 2 => new Edges(reach.Height / 2, reach.Width / 2, reach.Height / 2, reach.Width / 2),
            _ => new Edges(
                random.Between(0, reach.Height + 1), random.Between(0, reach.Width + 1),
                random.Between(0, reach.Height + 1), random.Between(0, reach.Width + 1)),
        };
        int height = input.Height + pad.Top + pad.Bottom - reach.Height - 1;
        int width = input.Width + pad.Left + pad.Right - reach.Width - 1;
        if (height < 0 || width < 0)
            return null;
        Extent output = (height / stride.Height + 1, width / stride.Width + 1);
        return new ConvolutionShape(inputs, outputs, groups, input, output, new Window(kernel, stride, pad, dilation));
    }
}
