using System.Reflection;

namespace GradCam.Methods.Tests;

/// <summary>Methods and their parameters as text.</summary>
public class MethodTextTests
{
    /// <summary>Methods with parameters of the caller's, and what is written of them.</summary>
    private static readonly (IExplanationMethod Method, string Text)[] Written =
    [
        (CamMethod.CreateFem(1.5, isBinary: true), "fem(deviations 1.5, binary)"),
        (CamMethod.CreateFinerCam(0.5, 2), "finercam(factor 0.5, references 2)"),
        (CamMethod.CreateIntegratedGradCam(7), "integratedgradcam(steps 7)"),
        (CamMethod.CreateRsiGradCam(7), "rsigradcam(steps 7)"),
        (CamMethod.CreateIsCam(3, 4), "iscam(channels 3, steps 4)"),
        (CamMethod.CreateIsCam(steps: 4), "iscam(steps 4)"),
        (CamMethod.CreateSsCam(2, 3, 0.25), "sscam(channels 2, samples 3, deviation 0.25)"),
        (CamMethod.CreateScoreCam(2), "scorecam(channels 2)"),
        (CamMethod.CreateOptiCam(5, 0.1), "opticam(steps 5, rate 0.1)"),
        (CamMethod.CreateRandomCam(-3), "randomcam(seed -3)"),
        (CamMethod.CreateReciproCam(isGaussian: true), "reciprocam(gaussian)"),
        (CamMethod.CreateReciproCam(isGaussian: false), "reciprocam(gaussian no)"),
        (CamMethod.CreateSmoothGradCamPlusPlus(2, 0.1), "smoothgradcam++(samples 2, deviation 0.1)"),
        (CamMethod.LayerCam.WithEigenSmoothing(), "layercam(eigen-smooth)"),
        (CamMethod.GradCam.WithEigenSmoothing().WithAugmentation(), "gradcam(eigen-smooth, augmented)"),
        (CamMethod.CreateFem(1).WithAugmentation(), "fem(deviations 1, augmented)"),
        (InputMethod.Rise with { Samples = 9, Cells = 3, Share = 0.25, Baseline = Baseline.Black }, "rise(samples 9, cells 3, share 0.25, baseline black)"),
        (InputMethod.IntegratedGradients with { Rule = PathRule.Trapezoid }, "integratedgradients(rule trapezoid)"),
        (InputMethod.IntegratedGradients with { Baseline = Baseline.Blurred(2.5) }, "integratedgradients(baseline blurred 2.5)"),
        (InputMethod.DeepLift with { Baseline = Baseline.Constant(-0.5f) }, "deeplift(baseline constant -0.5)"),
        (InputMethod.SmoothGrad with { Samples = 4, NoiseLevel = 0.1 }, "smoothgrad(samples 4, noise-level 0.1)"),
        (InputMethod.VarGrad with { Samples = 4 }, "vargrad(samples 4)"),
        (InputMethod.ExpectedGradients with { Samples = 3, Baselines = [Baseline.Zero, Baseline.MeanColor] }, "expectedgradients(samples 3, baselines zero " +
        "and mean-color)"),
        (InputMethod.BlurIntegratedGradients with { Steps = 3, MaxSigma = 2, UseSquareRoot = true }, "blurintegratedgradients(steps 3, max-sigma 2, " +
        "square-root)"),
        (InputMethod.GuidedIntegratedGradients with { Steps = 3, Fraction = 0.5, MaxDistance = 0.1 }, "guidedintegratedgradients(steps 3, fraction 0.5, " +
        "max-distance 0.1)"),
        (InputMethod.ForGrad with { Radius = 3 }, "forgrad(radius 3)"),
        (InputMethod.Occlusion with { WindowHeight = 3, WindowWidth = 2, StrideDown = 1, StrideAcross = 2, Baseline = Baseline.White },
            "occlusion(window-height 3, window-width 2, stride-down 1, stride-across 2, baseline white)"),
        (InputMethod.Lime with { Samples = 9, Segments = Segmentation.Grid(2, 3), KernelWidth = 2, Ridge = 0.5 },
            "lime(samples 9, segments 2x3, kernel-width 2, ridge 0.5)"),
        (InputMethod.KernelShap with { Samples = 9, Segments = Segmentation.Grid(2, 3) }, "kernelshap(samples 9, segments 2x3)"),
        (InputMethod.Sobol with { Samples = 2, Segments = Segmentation.Grid(2, 3), Baseline = Baseline.Noise },
            "sobol(samples 2, segments 2x3, baseline noise)"),
        (InputMethod.Hsic with { Samples = 9, Segments = Segmentation.Grid(2, 3) }, "hsic(samples 9, segments 2x3)"),
    ];

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, Written.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_written_of_a_method_makes_it_again(int index)
    {
        (IExplanationMethod method, string text) = Written[index];
        Assert.Equal(text, ExplanationMethods.Format(method));
        Assert.Equal(method.Parameters, ExplanationMethods.Parse(text).Parameters);
        Assert.Equal(method.Name, ExplanationMethods.Parse(text).Name);
        // What a person sees can be typed, too, and spaces do not matter.
        Assert.Equal(text, ExplanationMethods.Format(ExplanationMethods.Parse(method.ToString()!)));
        Assert.Equal(text, ExplanationMethods.Format(ExplanationMethods.Parse($" {text.Replace("(", " (  ", StringComparison.Ordinal)} ")));
        Assert.Equal(Map(method), Map(ExplanationMethods.Parse(text)));
    }

    [Fact]
    public void Published_methods_have_no_parameters_and_are_found_by_key_and_name()
    {
        Assert.Equal(CamMethod.All.Count + InputMethod.All.Count, ExplanationMethods.All.Count);
        Assert.Equal(ExplanationMethods.All.Count, ExplanationMethods.All.DistinctBy(method => method.Key).Count());
        Assert.All(ExplanationMethods.All, method =>
        {
            Assert.Equal("", method.Parameters);
            Assert.Equal(method.Key, ExplanationMethods.Format(method));
            Assert.Same(method, ExplanationMethods.Parse(method.Key));
            Assert.Same(method, ExplanationMethods.Parse(method.Name));
            Assert.True(ExplanationMethods.TryFind(method.Key.ToUpperInvariant(), out IExplanationMethod? found));
            Assert.Same(method, found);
        });
        Assert.False(ExplanationMethods.TryFind("voodoo", out _));
    }

    /// <summary>A parameter that somebody adds and does not write would be lost in a manifest.</summary>
    [Fact]
    public void Every_parameter_of_a_record_is_written()
    {
        foreach (Type type in InputMethod.All.Select(method => method.GetType()).Distinct())
        {
            int properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Count(property => property.SetMethod is { IsPublic: true });
            IExplanationMethod[] cases = [.. Written.Select(written => written.Method).Where(method => method.GetType() == type)];
            int written = cases.SelectMany(method => method.Parameters.Split(", ").Select(parameter => parameter.Split(' ')[0])).Distinct().Count();
            string has = Assert.Throws<ArgumentException>(
                () => InputMethod.Parse($"{InputMethod.All.First(method => method.GetType() == type).Key}(voodoo 1)")).Message;
            int listed = has.EndsWith("none.", StringComparison.Ordinal) ? 0 : has[has.IndexOf("it has", StringComparison.Ordinal)..].Split(',').Length;
            Assert.True(properties == listed, $"{type.Name} has {properties} parameters, {listed} of which are written.");
            Assert.True(written > 0 || properties == 0, $"{type.Name} has no case here.");
        }
    }

    [Theory]
    [InlineData("voodoo", "There is no method 'voodoo'; expected gradcam, ")]
    [InlineData("voodoo(samples 3)", "There is no method 'voodoo'")]
    [InlineData("", "There is no method ''")]
    [InlineData("rise(samples 3", "Expected a method, and its parameters in parentheses")]
    [InlineData("rise(samples 3) x", "Expected a method, and its parameters in parentheses")]
    [InlineData("rise()", "Expected parameters with commas between them; found ''")]
    [InlineData("rise(samples 3,)", "Expected parameters with commas between them")]
    [InlineData("rise(samples 3, samples 4)", "'samples' is there twice")]
    [InlineData("rise(sampels 3)", "RISE has no parameter 'sampels'; it has samples, cells, share, baseline.")]
    [InlineData("rise(samples)", "samples: expected a whole number; found ''")]
    [InlineData("rise(samples 3.5)", "samples: expected a whole number; found '3.5'")]
    [InlineData("rise(share nan)", "share: expected a number; found 'nan'")]
    [InlineData("rise(samples 0)", "Expected 1 to 10000000.")]
    [InlineData("rise(baseline grey)", "baseline: expected zero, black, white, mean-color, noise, blurred PIXELS or constant NUMBER; found 'grey'")]
    [InlineData("rise(baseline tensor abc Chw)", "baseline: expected zero, black")]
    [InlineData("rise(baseline blurred -1)", "baseline: expected zero, black")]
    [InlineData("lime(segments 8)", "segments: expected a grid, as 8x8; found '8'")]
    [InlineData("lime(segments 100x100)", "segments: expected a grid")]
    [InlineData("integratedgradients(rule simpson)", "rule: expected gausslegendre, ")]
    [InlineData("integratedgradients(rule 1)", "rule: expected gausslegendre, ")]
    [InlineData("saliency(samples 3)", "Saliency has no parameter 'samples'; it has none.")]
    [InlineData("gradcam(binary)", "Grad-CAM has no parameter 'binary'; it has eigen-smooth, augmented.")]
    [InlineData("fem(binary maybe)", "binary: expected yes or no; found 'maybe'")]
    [InlineData("fem(channels 3)", "FEM has no parameter 'channels'; it has deviations, binary, eigen-smooth, augmented.")]
    [InlineData("scorecam(channels 0)", "mostChannels")]
    public void What_cannot_be_made_is_refused_with_what_can(string text, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => ExplanationMethods.Parse(text)).Message, StringComparison.Ordinal);

    private static float[] Map(IExplanationMethod method)
    {
        if (method is InputMethod { Parameters: var parameters }
            && (parameters.Contains("black", StringComparison.Ordinal) || parameters.Contains("white", StringComparison.Ordinal)))
            return [];
        using ChainNet network = ChainExplanation.Load(threads: 1);
        using NetworkSession session = network.CreateSession();
        return ChainExplanation.Explain(session, method, i => MathF.Sin(i)).Raw;
    }
}
