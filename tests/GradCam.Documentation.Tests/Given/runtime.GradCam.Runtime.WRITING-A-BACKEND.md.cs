// The backend of the reader of that page.
namespace Given
{
    using GradCam;
    using GradCam.Contract;
    using GradCam.Weights;

    public sealed record MyOptions : NetworkOptions
    {
        public int Threads { get; init; }

        public override BackendProvider Backend => MyBackendProvider.Instance;
    }

    public sealed class MyBackendProvider : BackendProvider
    {
        public static BackendProvider Instance { get; } = new MyBackendProvider();

        public override Model Prepare<TNetwork>(WeightSource weights, NetworkOptions options) => throw new System.NotSupportedException();
    }
}
