using System.CommandLine;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Networks;

/// <summary>All GPUs of a kind, which <c>--device</c> asks for.</summary>
internal sealed class GpuDevices : IDeviceSource
{
    private const string Cpu = "cpu";

    private static readonly IReadOnlyDictionary<string, GpuKind> Kinds = new Dictionary<string, GpuKind>(StringComparer.OrdinalIgnoreCase)
    {
        ["gpu"] = GpuKind.Any,
        ["cuda"] = GpuKind.Cuda,
        ["opencl"] = GpuKind.OpenCL,
        ["simulator"] = GpuKind.Simulator,
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "What runs the network: cpu; gpu for all GPUs that there are, which share the photos, or cuda or opencl for those of that kind. " +
            "simulator runs the GPU's code on the CPU, hundreds of times slower.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Cpu,
    };

    public GpuDevices() => OptionValues.OneOf(_device, [Cpu, .. Kinds.Keys]);

    public void AddTo(Command command) => command.Add(_device);

    public IReadOnlyList<NetworkOptions> Find(ParseResult result)
    {
        if (!Kinds.TryGetValue(result.GetValue(_device)!, out GpuKind kind))
            return [];
        try
        {
            return GpuOptions.ForAllDevices(kind);
        }
        catch (GpuException exception)
        {
            throw new NetworkException($"{exception.Message} Without {_device.Name} the network runs on the CPU.");
        }
    }

    public bool IsFailure(Exception exception) => exception is GpuException;
}
