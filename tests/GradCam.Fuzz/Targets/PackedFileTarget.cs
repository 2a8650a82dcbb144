using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;
using GradCam.Runtime.Tests.Cpu.Packing;
using GradCam.Weights;

namespace GradCam.Fuzz.Targets;

/// <summary>
/// Files of packed weights: whatever stands there, the network computes the same. The seed is made by this build of the runtime, which alone takes it.
/// </summary>
internal sealed class PackedFileTarget : FuzzTarget
{
    public const string TargetName = "packed";

    private const string MemoryFolder = "/dev/shm";

    private static readonly TextMutator Header = new(
        "GradCam packed weights, version 1", "version", "runtime", "network", "weights", "machine", "winograd True", "blocks",
        "sha256 of the blocks, in binary: ");

    private readonly string _weights;
    private readonly string _packed;
    private readonly float[] _expected;

    public PackedFileTarget()
    {
        // In memory where there is such a folder: every case writes files and waits until they are on the disk.
        string parent = Directory.Exists(MemoryFolder) ? MemoryFolder : Path.GetTempPath();
        string folder = Directory.CreateDirectory(Path.Combine(parent, $"gradcam-fuzz-{Environment.ProcessId}")).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        _weights = Path.Combine(folder, "tiny.safetensors");
        _packed = Path.Combine(folder, "tiny.packed");
        File.WriteAllBytes(_weights, TinyNetwork.Weights());
        _expected = Load(new CpuOptions { Threads = 1 });
        Load(Options);
        Seeds = [File.ReadAllBytes(_packed), "a text of the user's\n"u8.ToArray(), []];
    }

    public override string Name => TargetName;

    public override IReadOnlyList<byte[]> Seeds { get; }

    public override byte[] Mutate(byte[] seed, Random random) => random.Next(2) == 0 ? Header.Mutate(seed, random) : ByteMutator.Mutate(seed, random);

    public override void Run(byte[] input)
    {
        File.WriteAllBytes(_packed, input);
        if (!Load(Options).AsSpan().SequenceEqual(_expected))
            throw new FuzzException("other results with this packed file");
    }

    private CpuOptions Options => new() { Threads = 1, PackedFile = _packed, VerifyHash = true };

    private float[] Load(CpuOptions options)
    {
        using WeightSource source = WeightLoading.OpenFile(_weights);
        using Model model = new CpuOptions().Backend.Prepare<RenamedNetwork>(source, options);
        return TinyNetwork.Run(model);
    }
}
