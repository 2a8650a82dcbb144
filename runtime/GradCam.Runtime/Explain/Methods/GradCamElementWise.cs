using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// map = sum relu(g_c A_c): the positive contributions alone. Gildenblat and contributors, "PyTorch library for CAM methods" (GradCAMElementWise), 2021.
    /// </summary>
    public static CamMethod GradCamElementWise => GradCamElementWiseMethod.Published;

    internal sealed class GradCamElementWiseMethod() : CamMethod(
        "Grad-CAM element-wise", "elementwise", "map = sum relu(g_c A_c)", 2021,
        "Gildenblat and contributors, \"PyTorch library for CAM methods\" (GradCAMElementWise), 2021, github.com/jacobgil/pytorch-grad-cam",
        MethodNeeds.Activations | MethodNeeds.Gradients)
    {
        public static readonly CamMethod Published = new GradCamElementWiseMethod();

        internal override void Compute(IMapOperations maps) => maps.SumOverChannels<Term>();

        internal struct Term : IMapTerm
        {
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T> => T.Relu(gradient * activation);
        }
    }
}
