using System.Diagnostics;
using GradCam.Runtime.Tests.Cpu.Packing;
using GradCam.Weights;

namespace GradCam.Tests.Weights;

/// <summary>Weights that are NaN or infinite are named by the load's report, whatever the source and the type.</summary>
public sealed class NonFiniteWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, LinearPrecision> TypesAndPrecisions()
    {
        var data = new TheoryData<string, LinearPrecision>();
        foreach (string type in new[] { "F32", "F16", "BF16", "F64" })
        {
            foreach (LinearPrecision precision in new[] { LinearPrecision.Full, LinearPrecision.AsStored })
                data.Add(type, precision);
        }

        return data;
    }

    [Fact]
    public void Finite_weights_are_no_reason_to_warn()
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights());
        Assert.Empty(Report(source).Warnings);
    }

    [Theory]
    [MemberData(nameof(TypesAndPrecisions))]
    public void Of_every_type_the_first_is_named(string type, LinearPrecision precision)
    {
        byte[] bytes = Weights(type, ("fc.weight", 77, float.NegativeInfinity), ("fc.weight", 30, float.NaN), ("fc.bias", 4, float.PositiveInfinity));
        string[] expected = ["'fc.weight': NaN at index 30", "'fc.bias': infinity at index 4"];
        var options = new CpuOptions { LinearPrecision = precision };
        using (var memory = SafetensorsFile.FromMemory(bytes))
            Assert.Equal(expected, Report(memory, options).Warnings);
        using (WeightSource file = WeightLoading.OpenFile(_folder.Write("bad.safetensors", bytes)))
            Assert.Equal(expected, Report(file, options).Warnings);
        using (WeightSource stream = WeightLoading.OpenStream(new MemoryStream(bytes)))
            Assert.Equal("warning: 'fc.weight': NaN at index 30\nwarning: 'fc.bias': infinity at index 4", Report(stream, options).ToString());
    }

    [Fact]
    public void Every_tensor_is_looked_at_in_the_networks_order()
    {
        var weights = new WeightDictionary();
        foreach (WeightInfo weight in TinyNetwork.Info.Weights.Reverse())
        {
            float[] values = new float[weight.Shape.Aggregate((a, b) => a * b)];
            values[^1] = float.NaN;
            weights.Add(weight.Name, [.. weight.Shape], values);
        }

        Assert.Equal(
            TinyNetwork.Info.Weights.Select(weight => $"'{weight.Name}': NaN at index {weight.Shape.Aggregate((a, b) => a * b) - 1}"),
            Report(weights).Warnings);
    }

    [Fact]
    public void A_packed_file_keeps_the_warnings()
    {
        string file = _folder.Write("bad.safetensors", Weights("F32", ("conv1.weight", 3, float.NaN)));
        var options = new CpuOptions { PackedFile = Path.Combine(_folder.Path, "bad.packed") };
        foreach (PackedFileUse use in new[] { PackedFileUse.Written, PackedFileUse.Used })
        {
            using WeightSource source = WeightLoading.OpenFile(file);
            LoadReport report = Report(source, options);
            Assert.Equal(use, report.PackedFile);
            Assert.Equal(["'conv1.weight': NaN at index 3"], report.Warnings);
        }
    }

    [Fact]
    public void A_warning_goes_to_the_trace()
    {
        using var text = new StringWriter();
        using var listener = new TextWriterTraceListener(text);
        Trace.Listeners.Add(listener);
        try
        {
            using var source = SafetensorsFile.FromMemory(Weights("F32", ("conv1.weight", 3, float.NaN)), "bad.safetensors");
            Report(source);
        }
        finally
        {
            Trace.Listeners.Remove(listener);
        }

        Assert.Contains("Tiny: weights of bad.safetensors: 'conv1.weight': NaN at index 3", text.ToString(), StringComparison.Ordinal);
    }

    private static LoadReport Report(WeightSource source, CpuOptions? options = null)
    {
        using Model model = new CpuOptions().Backend.Prepare<TinyNetwork>(source, options ?? new CpuOptions());
        return model.LoadReport;
    }

    /// <summary>Zeros but for some weights.</summary>
    private static byte[] Weights(string type, params (string Name, int Index, float Value)[] bad)
    {
        var file = new SafetensorsBuilder();
        foreach (WeightInfo weight in TinyNetwork.Info.Weights)
        {
            float[] values = new float[weight.Shape.Aggregate((a, b) => a * b)];
            foreach ((string name, int index, float value) in bad)
            {
                if (name == weight.Name)
                    values[index] = value;
            }

            file.Add(weight.Name, type, [.. weight.Shape], [.. values.SelectMany(value => Bytes(type, value))]);
        }

        return file.Build();
    }

    private static byte[] Bytes(string type, float value) => type switch
    {
        "F64" => BitConverter.GetBytes((double)value),
        "F16" => BitConverter.GetBytes((Half)value),
        "BF16" => BitConverter.GetBytes(float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
        _ => BitConverter.GetBytes(value),
    };
}
