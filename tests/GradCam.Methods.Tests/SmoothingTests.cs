namespace GradCam.Methods.Tests;

/// <summary>Eigen-smoothing and augmentation of every method, one within the other, too.</summary>
public sealed class SmoothingTests : IDisposable
{
    private readonly ChainNet _network = ChainExplanation.Load(1);
    private readonly NetworkSession _session;

    public SmoothingTests()
    {
        _session = _network.CreateSession();
        _session.Forward([.. Enumerable.Range(0, ChainNet.Info.Input.Length).Select(i => MathF.Sin(i))], TensorLayout.Hwc);
    }

    public void Dispose()
    {
        _session.Dispose();
        _network.Dispose();
    }

    /// <summary>Those that run the network again sum over channels as the others do.</summary>
    [Theory]
    [InlineData("ablationcam")]
    [InlineData("scorecam")]
    [InlineData("iscam(steps 2)")]
    [InlineData("sscam(samples 2)")]
    [InlineData("opticam(steps 3)")]
    [InlineData("rsigradcam(steps 3)")]
    [InlineData("smoothgradcam++")]
    [InlineData("shapleycam")]
    [InlineData("gradcam(augmented)")]
    [InlineData("finercam")]
    public void Any_sum_over_channels_is_smoothed(string text)
    {
        var method = CamMethod.Parse(text);
        CamMethod smooth = method.WithEigenSmoothing();
        Assert.Same(smooth, smooth.WithEigenSmoothing());
        float[] plain = Map(method), smoothed = Map(smooth);
        Assert.NotEqual(plain, smoothed);
        Assert.Contains(smoothed, value => value != 0);
        // A principal component has no mean; the largest magnitude is positive. The mean of six relu'd maps has one.
        if (text != "gradcam(augmented)")
        {
            Assert.Equal(0, smoothed.Average(), 1e-5 * smoothed.Max());
            Assert.True(smoothed.Max() >= -smoothed.Min());
        }

        Assert.Equal(smoothed, Map(CamMethod.Parse(ExplanationMethods.Format(smooth))));
        Assert.Equal(plain, Map(method));
    }

    /// <summary>Of a single channel the component is the channel less its mean, of either sign.</summary>
    [Fact]
    public void Of_one_channel_it_is_the_channel_without_its_mean()
    {
        float[] channel = Map(CamMethod.CreateScoreCam(1)), smoothed = Map(CamMethod.CreateScoreCam(1).WithEigenSmoothing());
        double mean = channel.Average(value => (double)value);
        double sign = channel.Max() - mean >= mean - channel.Min() ? 1 : -1;
        Assert.All(channel.Zip(smoothed), pair => Assert.Equal(sign * (pair.First - mean), pair.Second, 1e-5));
    }

    [Fact]
    public void It_does_not_matter_which_is_within_the_other()
    {
        CamMethod method = CamMethod.LayerCam;
        float[] expected = Map(method.WithEigenSmoothing().WithAugmentation());
        Assert.Equal(expected, Map(method.WithAugmentation().WithEigenSmoothing()));
        CamMethod both = method.WithEigenSmoothing().WithAugmentation();
        Assert.Same(both, both.WithEigenSmoothing());
        Assert.Equal(expected, Map(CamMethod.Parse("layercam(augmented, eigen-smooth)")));
    }

    /// <summary>What a method explains of a class is not lost: Finer-CAM's difference from other classes.</summary>
    [Fact]
    public void What_a_method_explains_of_a_class_stays()
    {
        foreach (Func<CamMethod, CamMethod> modify in new Func<CamMethod, CamMethod>[] { m => m.WithEigenSmoothing(), m => m.WithAugmentation() })
        {
            float[] expected = _session.Explain(Target.Finer(3), "relu2", modify(CamMethod.GradCam)).Raw.ToArray();
            Assert.Equal(expected, Map(modify(CamMethod.FinerCam)));
            Assert.NotEqual(expected, Map(modify(CamMethod.GradCam)));
        }
    }

    [Theory]
    [InlineData("scorecam(augmented)", "Score-CAM has no parameter 'augmented'; it has channels, eigen-smooth.")]
    [InlineData("reciprocam(eigen-smooth)", "Recipro-CAM has no parameter 'eigen-smooth'; it has gaussian.")]
    [InlineData("integratedgradcam(steps 3, eigen-smooth)", "Integrated Grad-CAM has no parameter 'eigen-smooth'; it has steps.")]
    public void What_cannot_be_is_an_argument(string text, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ExplanationMethods.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_map_that_is_no_sum_is_not_smoothed()
    {
        Assert.Throws<NotSupportedException>(() => CamMethod.ReciproCam.WithEigenSmoothing());
        Assert.Throws<NotSupportedException>(() => CamMethod.CreateIntegratedGradCam(3).WithEigenSmoothing());
    }

    [Fact]
    public void Formulas_have_the_numbers_of_the_method()
    {
        Assert.Contains("0.5 mean(z_d), d = the 2 classes", CamMethod.CreateFinerCam(0.5, 2).Formula, StringComparison.Ordinal);
        Assert.Contains("y of i/4 x", CamMethod.CreateIsCam(steps: 4).Formula, StringComparison.Ordinal);
    }

    private float[] Map(CamMethod method) => _session.Explain(3, "relu2", method).Raw.ToArray();
}
