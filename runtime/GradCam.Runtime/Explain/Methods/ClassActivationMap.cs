using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w_c = W[class, c], the weight of the linear layer; map = sum w_c A_c. Only at a layer that global average pooling and linear layers follow alone; others
    /// are refused. It is Grad-CAM times the number of positions. Zhou, Khosla, Lapedriza, Oliva and Torralba, "Learning Deep Features for Discriminative
    /// Localization", CVPR 2016, arXiv:1512.04150.
    /// </summary>
    public static CamMethod ClassActivationMap => ClassActivationMapMethod.Published;

    private sealed class ClassActivationMapMethod() : CamMethod(
        "Class Activation Map", "cam", "w_c = W[class, c] = sum(g_c), of the linear layer after global average pooling; map = sum w_c A_c", 2016,
        "Zhou et al., \"Learning Deep Features for Discriminative Localization\", CVPR 2016, arXiv:1512.04150",
        MethodNeeds.Activations | MethodNeeds.GradientSums | MethodNeeds.PooledLinearHead)
    {
        public static readonly CamMethod Published = new ClassActivationMapMethod();

        internal override void Compute(IMapOperations maps) => maps.WeightedSum(maps.GradientSums());
    }
}
