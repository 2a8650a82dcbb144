namespace GradCam;

/// <summary>
/// How the maps of several layers become one. Each is relu'd, brought to 0 to 1 and enlarged to the largest layer first, so that none drowns the others; what
/// comes out has no unit.
/// </summary>
public enum LayerFusion
{
    /// <summary>Their mean: pytorch-grad-cam with several target layers.</summary>
    Mean,

    /// <summary>The largest of each position: torch-cam's fuse_cams.</summary>
    Max,

    /// <summary>
    /// The largest of tanh(2 m): shallow layers, whose maps have few large values, are raised. Jiang et al., "LayerCAM: Exploring Hierarchical Class
    /// Activation Maps for Localization", IEEE Transactions on Image Processing 30, 2021, equation 9.
    /// </summary>
    ScaledMax,

    /// <summary>
    /// Their product: a place counts where all layers see it. It is RefineCAM with <see cref="CamMethod.GradCamPlusPlus"/>, arXiv:2605.14641.
    /// </summary>
    Product,
}
