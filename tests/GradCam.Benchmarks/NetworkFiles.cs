using GradCam.Gen.Export.Onnx;

namespace GradCam.Benchmarks;

/// <summary>A network's random weights and its ONNX export, in a folder that is deleted in the end.</summary>
internal sealed class NetworkFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gradcam-benchmarks").FullName;

    public NetworkFiles(ZooNetwork network)
    {
        Weights = Path.Combine(_folder, network.Name + ".safetensors");
        Onnx = Path.Combine(_folder, network.Name + ".onnx");
        Packed = Path.Combine(_folder, network.Name + ".packed");
        RandomSafetensors.Write(network.Info, Weights);
        using FileStream stream = File.Create(Onnx);
        OnnxExporter.Export(network.SpecPath, Weights, stream);
    }

    /// <summary>The weights.</summary>
    public string Weights { get; }

    /// <summary>Network and weights.</summary>
    public string Onnx { get; }

    /// <summary>Where a file of packed weights may be written.</summary>
    public string Packed { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
