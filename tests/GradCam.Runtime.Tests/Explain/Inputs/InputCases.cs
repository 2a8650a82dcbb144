namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>The methods with so few passes that tests are short.</summary>
internal static class InputCases
{
    public static InputMethod Short(InputMethod method) => method switch
    {
        NoisyGradientsMethod noisy => noisy with { Samples = 5 },
        IntegratedGradientsMethod path => path with { Steps = 7 },
        ExpectedGradientsMethod expected => expected with { Samples = 5 },
        BlurIntegratedGradientsMethod blur => blur with { Steps = 6, MaxSigma = 3 },
        GuidedIntegratedGradientsMethod guided => guided with { Steps = 6, MaxDistance = 0.2 },
        OcclusionMethod occlusion => occlusion with { WindowHeight = 3, WindowWidth = 2, StrideDown = 2, StrideAcross = 3 },
        RiseMethod rise => rise with { Samples = 20, Cells = 3 },
        SobolMethod sobol => sobol with { Samples = 4, Segments = Segmentation.Grid(2, 3) },
        HsicMethod hsic => hsic with { Samples = 20, Segments = Segmentation.Grid(2, 3) },
        LimeMethod lime => lime with { Samples = 30, Segments = Segmentation.Grid(2, 3) },
        KernelShapMethod shap => shap with { Samples = 30, Segments = Segmentation.Grid(2, 3) },
        _ => method,
    };
}
