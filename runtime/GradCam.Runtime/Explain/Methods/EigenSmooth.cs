using GradCam.Explain;
using GradCam.Explain.Maps;
using GradCam.Explain.Runs;

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
    /// <exception cref="NotSupportedException">The map is no one sum over channels: Recipro-CAM has none, Integrated Grad-CAM many.</exception>
    public CamMethod WithEigenSmoothing() => this is ModifiedMethod { IsSmooth: true } ? this
        : HasChannelSum ? new EigenSmoothMethod(this)
        : throw new NotSupportedException($"{this} makes its map by no one sum over channels, in whose place a principal component could be.");

    private sealed class EigenSmoothMethod(CamMethod inner) : ModifiedMethod(
        inner, inner.Formula + "; of the summands the first principal component, in the sum's place", EigenSmoothing)
    {
        internal override bool IsOfComponents => true;

        public override bool IsSmooth => true;

        internal override bool Reruns => Inner.Reruns;

        internal override IRerun CreateRerun(Executor session, ForwardRun pass) => Inner.CreateRerun(session, pass);

        internal override void Compute(IMapOperations maps) => Inner.Compute(maps.EigenSmooth);

        internal override void Compute(MethodRun run) => run.ComputeSmooth(Inner);
    }
}
