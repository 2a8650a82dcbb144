using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;
using GradCam.Runtime.Tests.Cpu.Packing;
using GradCam.Weights;

namespace GradCam.Fuzz.Targets;

/// <summary>Weight files at run time: opened in each way, read tensor by tensor, and loaded as a network's.</summary>
internal sealed class LoaderTarget : FuzzTarget
{
    public const string TargetName = "loader";

    public override string Name => TargetName;

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [.. Corpus.Read("weights"), TinyNetwork.Weights(), TinyNetwork.Weights(linear: WeightType.F16), TinyNetwork.Weights(linear: WeightType.BF16)];

    public override byte[] Mutate(byte[] seed, Random random) => SafetensorsMutator.Mutate(seed, random);

    public override void Run(byte[] input)
    {
        try
        {
            using (var stream = new MemoryStream(input))
            using (SafetensorsFile copied = SafetensorsFile.Open(stream, "fuzz"))
                ReadAll(copied);
            using SafetensorsFile file = SafetensorsFile.FromMemory(input);
            using Model model = new CpuOptions().Backend.Prepare<TinyNetwork>(file, new CpuOptions { Threads = 1 });
            TinyNetwork.Run(model);
        }
        catch (WeightException)
        {
        }
    }

    private static void ReadAll(SafetensorsFile file)
    {
        foreach (string name in file.Names)
        {
            if (!file.TryGetShape(name, out ReadOnlySpan<int> shape))
                throw new FuzzException($"a tensor without a shape: {name}");
            file.TryGetRaw(name, out WeightType type, out ReadOnlySpan<byte> bytes);
            long count = 1;
            foreach (int size in shape)
                count *= size;
            try
            {
                // The shape of a type that nothing reads is unchecked.
                if (type != WeightType.Other && count > bytes.Length)
                    throw new FuzzException($"a tensor of more numbers than bytes: {name}");
                file.Read(name, new float[type == WeightType.Other ? 0 : count]);
            }
            catch (WeightException) when (type == WeightType.Other)
            {
            }
        }
    }
}
