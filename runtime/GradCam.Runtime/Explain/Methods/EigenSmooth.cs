using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    private const string EigenSmoothing = "eigen-smooth";

    /// <summary>
    /// The method with eigen-smoothing: where it sums over channels, the first principal component of the summands [position, channel], as in
    /// <see cref="EigenCam"/>, takes the sum's place. It cleans a map of noise, and loses its unit. Gildenblat and contributors, "PyTorch library for CAM
    /// methods" (eigen_smooth), 2021.
    /// </summary>
    /// <returns>A method of its own: keep it, as it is made anew by every call.</returns>
    public CamMethod WithEigenSmoothing() => this is EigenSmoothMethod ? this : new EigenSmoothMethod(this);

    private sealed class EigenSmoothMethod(CamMethod inner) : ModifiedMethod(
        inner, inner.Formula + "; of the summands the first principal component, in the sum's place", EigenSmoothing)
    {
        internal override bool IsOfComponents => true;

        internal override void Compute(IMapOperations maps) => Inner.Compute(maps.EigenSmooth);
    }
}
