namespace GradCam;

/// <summary>
/// How activation maps A and their gradients g = d logit / dA, both [h, w, c], become one map [h, w]. Sums and means below are over the pixels of a channel
/// where they make a weight w_c, and over the channels where they make the map. All are given before the relu.
/// </summary>
public enum CamMethod
{
    /// <summary>
    /// w_c = mean(g_c); map = sum w_c A_c. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017,
    /// arXiv:1610.02391.
    /// </summary>
    GradCam,

    /// <summary>
    /// map = sum g_c A_c. Draelos and Carin, "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks", 2020,
    /// arXiv:2011.08891.
    /// </summary>
    HiResCam,

    /// <summary>
    /// a = g^2 / (2 g^2 + g^3 sum(A_c) + 1e-6), 0 where g is 0; w_c = sum(a relu(g_c)); map = sum w_c A_c.
    /// Chattopadhay et al., "Grad-CAM++: Improved Visual Explanations for Deep Convolutional Networks", WACV 2018, arXiv:1710.11063.
    /// </summary>
    GradCamPlusPlus,

    /// <summary>
    /// w_c = sum(g_c A_c) / (sum(A_c) + 1e-7); map = sum w_c A_c. Fu et al., "Axiom-based Grad-CAM: Towards Accurate Visualization and Explanation of CNNs",
    /// BMVC 2020, arXiv:2008.02312.
    /// </summary>
    XGradCam,

    /// <summary>
    /// map = sum relu(g_c) A_c. Jiang et al., "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization", IEEE Transactions on Image Processing
    /// 30, 2021.
    /// </summary>
    LayerCam,

    /// <summary>
    /// map = sum relu(g_c A_c): the positive contributions alone. Gildenblat and contributors, "PyTorch library for CAM methods" (GradCAMElementWise), 2021.
    /// </summary>
    GradCamElementWise,
}
