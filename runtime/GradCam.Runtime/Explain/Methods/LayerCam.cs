using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// map = sum relu(g_c) A_c. Jiang et al., "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization", IEEE Transactions on Image Processing
    /// 30, 2021.
    /// </summary>
    public static CamMethod LayerCam => LayerCamMethod.Published;

    internal sealed class LayerCamMethod() : CamMethod(
        "LayerCAM", "layercam", "map = sum relu(g_c) A_c", 2021,
        "Jiang et al., \"LayerCAM: Exploring Hierarchical Class Activation Maps for Localization\", IEEE Transactions on Image Processing 30, 2021",
        MethodNeeds.Activations | MethodNeeds.Gradients)
    {
        public static readonly CamMethod Published = new LayerCamMethod();

        internal override void Compute(IMapOperations maps) => maps.SumOverChannels<Term>();

        internal struct Term : IMapTerm
        {
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T> => T.Relu(gradient) * activation;
        }
    }
}
