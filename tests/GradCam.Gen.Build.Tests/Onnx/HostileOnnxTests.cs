using GradCam.Gen.Build.Onnx;
using static GradCam.Gen.Build.Tests.Onnx.OnnxBuilder;

namespace GradCam.Gen.Build.Tests.Onnx;

/// <summary>Broken and hostile ONNX files: one clear exception, in bounded memory.</summary>
public sealed class HostileOnnxTests
{
    /// <summary>How many mutated files; GRADCAM_MUTATIONS asks for more.</summary>
    private static readonly int Mutations = int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_MUTATIONS"), out int count) ? count : 100_000;

    public static TheoryData<string, byte[]> Files => new()
    {
        { "it has no graph", [] },
        { "it has no graph", [.. Number(1, 8)] },
        { "does not say which opset", Message(7, Text(2, "g")) },
        { "field 7 is 100 bytes long, but 3 are left", [7 << 3 | 2, 100, 1, 2, 3] },
        { "wire type 3", [7 << 3 | 3, 0] },
        { "more than 10 bytes", [.. Enumerable.Repeat((byte)255, 20)] },
        { "opset 3 is not supported", new OnnxBuilder { Opset = 3 }.Input("x", 1, 1).Output("y").ToArray() },
        { "opset 99 is not supported", new OnnxBuilder { Opset = 99 }.Input("x", 1, 1).Output("y").ToArray() },
        { "the graph has 0 inputs", new OnnxBuilder().Output("y").ToArray() },
        { "the graph has 2 inputs (x, z)", new OnnxBuilder().Input("x", 1, 1).Input("z", 1, 1).Output("y").ToArray() },
        { "no output", new OnnxBuilder().Input("x", 1, 1).ToArray() },
        { "has a dimension of size -3", new OnnxBuilder().Add(5, Number(1, -3), Number(2, 1), Text(8, "w")).ToArray() },
        { "more than 2147483647 elements", new OnnxBuilder().Add(5, Number(1, 1 << 20), Number(1, 1 << 20), Number(2, 1), Text(8, "w")).ToArray() },
        { "needs 16 bytes, found 4", new OnnxBuilder().Tensor("w", [4], 1, [1, 2, 3, 4]).ToArray() },
        { "needs 3 elements, found 0", new OnnxBuilder().Add(5, Number(1, 3), Number(2, 1), Text(8, "w")).ToArray() },
        { "elements of type String", Adding(5, Number(1, 1), Number(2, 8), Text(8, "w")) },
        { "two initializers are named 'w'", new OnnxBuilder().Floats("w", 1).Floats("w", 1).ToArray() },
        { "sparse initializer", Adding(15, Message(1, Text(8, "w"))) },
        { "is stored in segments", Adding(5, Number(1, 1), Number(2, 1), Text(8, "w"), Message(3)) },
        { "node '' has no operator", new OnnxBuilder().Add(1).ToArray() },
        { "node 'n' has no operator", new OnnxBuilder().Add(1, Text(3, "n")).ToArray() },
        {
            "a number is NaN, which a spec cannot say",
            new OnnxBuilder().Input("x", 1, 1, 4, 4).Output("y").Node("Elu", ["x"], ["y"], Float("alpha", float.NaN)).ToArray()
        },
        { "field 4 is stored as Varint, not as Bytes", new OnnxBuilder().Add(1, Number(4, 1)).ToArray() },
        {
            "node 'a' (Relu, opset 17): the graph is circular here",
            new OnnxBuilder().Input("x", 1, 1).Output("b").Node("Relu", ["b"], ["a"]).Node("Relu", ["a"], ["b"]).ToArray()
        },
        { "tensor 'y' is computed twice", new OnnxBuilder().Input("x", 1, 1).Output("y").Node("Relu", ["x"], ["y"]).Node("Tanh", ["x"], ["y"]).ToArray() },
        { "reads tensor 'z', which nothing computes", new OnnxBuilder().Input("x", 1, 1).Output("y").Node("Relu", ["z"], ["y"]).ToArray() },
        { "node 'y' (LSTM, opset 17): this operator is not supported", new OnnxBuilder().Input("x", 1, 1).Output("y").Node("LSTM", ["x"], ["y"]).ToArray() },
        {
            "node 'y' (If, opset 17): it has a subgraph",
            new OnnxBuilder().Input("x", 1, 1).Output("y").Node("If", ["x"], ["y"], Message(5, Text(1, "then_branch"), Bytes(6, [1, 2]))).ToArray()
        },
        { "output 'y' is not computed", new OnnxBuilder().Input("x", 1, 1).Output("y").ToArray() },
        { "does not depend on the network's input", new OnnxBuilder().Input("x", 1, 1).Output("w").Floats("w", 1).ToArray() },
        {
            "is computed from the network's input; only constants",
            new OnnxBuilder().Input("x", 1, 1, 1, 1).Output("y").Node("Conv", ["x", "x"], ["y"]).ToArray()
        },
        {
            "attribute strides is not a list of integers",
            new OnnxBuilder().Input("x", 1, 1, 4, 4).Output("y").Floats("w", 1, 1, 1, 1).Node("Conv", ["x", "w"], ["y"], Int("strides", 2)).ToArray()
        },
        {
            "a window of 9 pixels on a map of 4",
            new OnnxBuilder().Input("x", 1, 1, 4, 4).Output("y").Node("MaxPool", ["x"], ["y"], Ints("kernel_shape", 9, 9)).ToArray()
        },
        {
            "stride or dilation of 0",
            new OnnxBuilder().Input("x", 1, 1, 4, 4).Output("y").Node("MaxPool", ["x"], ["y"], Ints("kernel_shape", 1, 1), Ints("strides", 0, 1)).ToArray()
        },
        { "the file leaves the input's height open", new OnnxBuilder().Input("x", 1, 3, -1, 4).Output("y").Node("Relu", ["x"], ["y"]).ToArray() },
        { "grow out of proportion", Doubling() },
        {
            "grow out of proportion",
            new OnnxBuilder().Input("x", 1, 1).Output("y").Integers("s", 60_000, 60_000).Node("ConstantOfShape", ["s"], ["c"])
                .Node("Mul", ["x", "c"], ["y"]).ToArray()
        },
        {
            "an input of 1x40000x50000 is too large",
            new OnnxBuilder().Input("x", 1, 1, 40_000, 50_000).Output("y").Node("Flatten", ["x"], ["f"]).Node("Relu", ["f"], ["y"]).ToArray()
        },
        { "functions call each other more than 16 levels deep", Recursive() },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_broken_file_is_one_clear_message(string expected, byte[] file)
    {
        var exception = Assert.Throws<OnnxImportException>(() => OnnxImporter.Import(file, "bad.onnx", null));
        Assert.StartsWith("bad.onnx: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < Small.Length; length++)
            Assert.Throws<OnnxImportException>(() => OnnxImporter.Import(Small[..length], "cut.onnx", null));
    }

    [Fact]
    public void Mutated_files_import_or_are_refused_in_bounded_memory()
    {
        byte[][] seeds = [Small, Doubling(6), .. Files.Select(row => (byte[])((object[])row)[1]).Where(file => file.Length is > 20 and < 2000)];
        var random = new Random(1);
        long memory = long.MinValue;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] file = Mutate(seeds[i % 3 == 0 ? random.Next(seeds.Length) : 0], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ImportedNetwork network = OnnxImporter.Import(file, "mutated.onnx", null);
                network.WriteWeights(Stream.Null);
            }
            catch (OnnxImportException exception)
            {
                Assert.StartsWith("mutated.onnx: ", exception.Message, StringComparison.Ordinal);
            }
            memory = Math.Max(memory, GC.GetAllocatedBytesForCurrentThread() - before - 8L * file.Length);
        }
        Assert.True(memory < 64 << 20, $"{memory} bytes allocated beyond eight for each of the file's");
    }

    /// <summary>A network that adds an initializer to its input.</summary>
    private static byte[] Adding(int field, params byte[][] initializer) =>
        new OnnxBuilder().Input("x", 1, 1).Output("y").Add(field, initializer).Node("Add", ["x", "w"], ["y"]).ToArray();

    /// <summary>A constant that is joined with itself again and again.</summary>
    private static byte[] Doubling(int times = 60)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", 1, 1).Output("y").Floats("c0", 1024);
        for (int i = 0; i < times; i++)
            builder.Node("Concat", [$"c{i}", $"c{i}"], [$"c{i + 1}"], Int("axis", 0));
        return builder.Node("Mul", ["x", $"c{times}"], ["y"]).ToArray();
    }

    /// <summary>A function that calls itself.</summary>
    private static byte[] Recursive() =>
    [
        .. new OnnxBuilder().Input("x", 1, 1).Output("y").Add(1, Text(1, "x"), Text(2, "y"), Text(4, "f"), Text(7, "own")).ToArray(),
        .. Message(25, Text(1, "f"), Text(10, "own"), Text(4, "a"), Text(5, "b"), Message(7, Text(1, "a"), Text(2, "b"), Text(4, "f"), Text(7, "own"))),
    ];

    private static byte[] Mutate(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed];
        for (int edits = random.Next(1, 6); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count / 2 + 1), Math.Min(random.Next(1, 9), bytes.Count / 2)));
                    break;
                case 4:
                    bytes.InsertRange(at, Varint((ulong)random.NextInt64(long.MinValue, long.MaxValue)));
                    break;
                default:
                    bytes[at] = (byte)(random.Next(2) == 0 ? 0 : 255);
                    break;
            }
        }
        return [.. bytes];
    }
}
