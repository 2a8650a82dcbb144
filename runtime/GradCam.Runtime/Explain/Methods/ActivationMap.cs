using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// map = mean over c of A_c: where the layer is active, for whatever class. OpenVINO Explainable AI Toolkit (ActivationMap), 2024.
    /// </summary>
    public static CamMethod ActivationMap => ActivationMapMethod.Published;

    internal sealed class ActivationMapMethod() : CamMethod(
        "Activation map", "activationmap", "map = mean A_c", 2024,
        "OpenVINO Explainable AI Toolkit (ActivationMap), 2024, github.com/openvinotoolkit/openvino_xai",
        MethodNeeds.Activations)
    {
        public static readonly CamMethod Published = new ActivationMapMethod();

        internal override void Compute(IMapOperations maps) => maps.WeightedSum(maps.PerChannel<Share>(scalar: maps.Channels));

        internal struct Share : IChannelFormula
        {
            public static T Of<T>(T first, T second, T scalar)
                where T : struct, IMapNumber<T> => T.Constant(1) / scalar;
        }
    }
}
