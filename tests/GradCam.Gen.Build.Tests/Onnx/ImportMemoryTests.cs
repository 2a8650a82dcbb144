using GradCam.Gen.Build.Onnx;
using static GradCam.Gen.Build.Tests.Onnx.OnnxBuilder;

namespace GradCam.Gen.Build.Tests.Onnx;

/// <summary>What an import allocates, all in all: at most eight bytes for each byte of the file, and 64 MiB, whatever is in the file.</summary>
public sealed class ImportMemoryTests
{
    /// <summary>As Onnx/README.md states it.</summary>
    private const long Allowance = 64 << 20;

    private static readonly byte[] EmptyNode = Message(1);

    private static readonly Dictionary<string, Func<byte[]>> Kinds = new()
    {
        ["a million empty nodes"] = () => Graph(Times(1_000_000, EmptyNode)),
        ["400,000 nodes of an operator alone"] = () => Graph(Times(400_000, Message(1, Text(4, "R")))),
        ["20,000 nodes in a row"] = () => Chain(20_000, "Relu"),
        ["20,000 pointwise nodes in a row"] = () => Chain(20_000, "Exp", "Tanh", "Neg", "Sigmoid"),
        ["12,000 factors in a row"] = () => Scales(12_000),
        ["packed integers"] = () => Graph(Message(5, Number(1, 4_000_000), Number(2, 7), Text(8, "w"), Bytes(7, new byte[4_000_000]))),
        ["packed bytes"] = () => Graph(Message(5, Number(1, 4_000_000), Number(2, 3), Text(8, "w"), Bytes(5, new byte[4_000_000]))),
        ["integers one by one"] = () => Graph(Message(5, Number(1, 1_000_000), Number(2, 7), Text(8, "w"), Times(1_000_000, Number(7, 1)))),
        ["real numbers one by one"] = () => Graph(Message(5, Number(1, 1_000_000), Number(2, 1), Text(8, "w"), Times(1_000_000, [4 << 3 | 5, 0, 0, 0, 0]))),
        ["an attribute of packed integers"] = () => Graph(Message(1, Text(4, "Relu"), Message(5, Text(1, "a"), Bytes(8, new byte[4_000_000])))),
        ["an attribute of integers one by one"] = () => Graph(Message(1, Text(4, "Relu"), Message(5, Text(1, "a"), Times(1_000_000, Number(8, 1))))),
        ["a million dimensions"] = () => Graph(Message(5, Number(2, 1), Text(8, "w"), Times(1_000_000, Number(1, 1)))),
        ["a name a million times"] = () => Graph(Message(1, Text(4, "Sum"), Times(1_000_000, Text(1, "a")))),
        ["a million names"] = () => Graph(
            Message(1, Text(4, "Sum"), [.. Enumerable.Range(0, 1_000_000).SelectMany(i => Bytes(1, [(byte)i, (byte)(i >> 8), (byte)(i >> 16)]))])),
        ["a long name"] = () => Graph(Message(1, Text(4, new string('R', 1 << 20)))),
        ["a graph in 400,000 parts"] = () => [.. Number(1, 8), .. Message(8, Number(2, 17)), .. Times(400_000, Message(7))],
        ["a type in 400,000 parts"] = () => Graph(Message(11, Text(1, "x"), Times(400_000, Message(2)))),
        ["a producer 400,000 times"] = () => [.. Small, .. Times(400_000, Text(2, "p"))],
        ["400,000 producers of 1000 letters"] = () => [.. Small, .. Times(4_000, Text(2, new string('p', 1000)))],
        ["400,000 outputs"] = () => Graph([.. Enumerable.Range(0, 400_000).SelectMany(i => Message(12, Text(1, $"{i}")))]),
        ["200,000 tensors"] = () => Graph([.. Enumerable.Range(0, 200_000).SelectMany(i => Message(5, Number(2, 1), Text(8, $"{i}"), Number(1, 0)))]),
        ["400,000 attributes"] = () => Graph(
            Message(1, Text(4, "Relu"), [.. Enumerable.Range(0, 400_000).SelectMany(i => Message(5, Text(1, $"{i}"), Number(3, 1)))])),
        ["400,000 entries of metadata"] = () => [.. Small, .. Enumerable.Range(0, 400_000).SelectMany(i => Message(14, Text(1, $"{i}"), Text(2, "v")))],
        ["functions that call functions"] = () => Functions(depth: 12, calls: 10),
        ["functions of long names"] = () => Functions(depth: 3, calls: 40, name: new string('n', 1300)),
        ["a function of 100,000 inputs, called often"] = () => Functions(depth: 1, calls: 4000, inputs: 100_000),
        ["Unsqueeze again and again"] = () => Chain(2_000, "Unsqueeze", Ints("axes", [.. Enumerable.Range(0, 30).Select(i => (long)i)])),
        ["ConstantOfShape"] = () => Computed(builder => builder.Integers("s", 20_000, 20_000).Node("ConstantOfShape", ["s"], ["c"])),
        ["Expand"] = () => Computed(builder => builder.Integers("s", 20_000, 20_000).Floats("one", 1).Node("Expand", ["one", "s"], ["c"])),
        ["Tile"] = () => Computed(builder => builder.Integers("s", 400_000_000).Floats("one", 1).Node("Tile", ["one", "s"], ["c"])),
        ["Range"] = () => Computed(
            builder => builder.Integers("0", [], 0).Integers("n", [], 1_000_000_000).Integers("1", [], 1).Node("Range", ["0", "n", "1"], ["c"])),
        ["sums that broadcast"] = () => Computed(builder => builder.Floats("a", 30_000, 1).Floats("b", 1, 30_000).Node("Add", ["a", "b"], ["c"])),
        ["a constant twice as long again and again"] = () => Computed(builder =>
        {
            builder.Floats("c0", 1024);
            for (int i = 0; i < 60; i++)
                builder.Node("Concat", [$"c{i}", $"c{i}"], [i == 59 ? "c" : $"c{i + 1}"], Int("axis", 0));
        }),
        ["many constants that just fit"] = () => Computed(builder =>
        {
            builder.Integers("s", 2_000_000);
            for (int i = 0; i < 200; i++)
                builder.Node("ConstantOfShape", ["s"], [i == 199 ? "c" : $"c{i}"]);
        }),
        ["a choice of channels as a matrix"] = () => new OnnxBuilder()
            .Input("x", 1, 30_000, 1, 1).Output("y").Integers("i", [.. Enumerable.Range(0, 30_000).Select(i => (long)(29_999 - i))])
                .Node("Gather", ["x", "i"], ["y"], Int("axis", 1)).ToArray(),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_import_allocates_in_proportion_to_the_file(string kind)
    {
        byte[] file = Kinds[kind]();
        long before = GC.GetAllocatedBytesForCurrentThread();
        string outcome = "imported";
        try
        {
            OnnxImporter.Import(file, "hostile.onnx", null);
        }
        catch (OnnxImportException exception)
        {
            outcome = exception.Message;
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(
            allocated <= 8L * file.Length + Allowance, $"{file.Length} bytes made {allocated} ({(allocated - 8L * file.Length) >> 20} MiB beyond): {outcome}");
        Assert.InRange(outcome.Length, 1, 1100);
    }

    [Fact]
    public void A_limit_is_named()
    {
        Assert.Contains("a name of 1048576 bytes; names of up to 4096 are read", Refusal(Kinds["a long name"]()), StringComparison.Ordinal);
        Assert.Contains("at most 32 MiB and 8 bytes for each byte of the file", Refusal(Kinds["functions that call functions"]()), StringComparison.Ordinal);
        Assert.Contains("has no operator", Refusal(Kinds["a million empty nodes"]()), StringComparison.Ordinal);
    }

    private static string Refusal(byte[] file) => Assert.Throws<OnnxImportException>(() => OnnxImporter.Import(file, "hostile.onnx", null)).Message;

    private static byte[] Times(int count, byte[] bytes)
    {
        var all = new byte[count * bytes.Length];
        for (int i = 0; i < count; i++)
            bytes.CopyTo(all, i * bytes.Length);
        return all;
    }

    private static byte[] Graph(params byte[][] content) => [.. Number(1, 8), .. Message(8, Number(2, 17)), .. Message(7, content)];

    /// <summary>Nodes one behind another, of some operators in turn.</summary>
    private static byte[] Chain(int count, params string[] operators) => Chain(count, operators, []);

    private static byte[] Chain(int count, string op, byte[] attribute) => Chain(count, [op], [attribute], opset: 11);

    private static byte[] Chain(int count, string[] operators, byte[][] attributes, int opset = 17)
    {
        OnnxBuilder builder = new OnnxBuilder { Opset = opset }.Input("0", 1, 2, 3, 3).Output($"{count}");
        for (int i = 0; i < count; i++)
            builder.Node(operators[i % operators.Length], [$"{i}"], [$"{i + 1}"], attributes);
        return builder.ToArray();
    }

    private static byte[] Scales(int count)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("0", 1, 2, 3, 3).Output($"{count}").Floats("f", [1, 2, 1, 1], [2, 3]);
        for (int i = 0; i < count; i++)
            builder.Node(i % 3 == 0 ? "Add" : "Mul", [$"{i}", "f"], [$"{i + 1}"]);
        return builder.ToArray();
    }

    private static byte[] Computed(Action<OnnxBuilder> constant)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", 1, 1).Output("y");
        constant(builder);
        return builder.Node("Mul", ["x", "c"], ["y"]).ToArray();
    }

    /// <summary>Functions f1 … fn, each of which calls the next one several times.</summary>
    private static byte[] Functions(int depth, int calls, string name = "n", int inputs = 1)
    {
        List<byte> file = [
            .. new OnnxBuilder().Input("x", 1, 1).Output("y").Add(1, Text(1, "x"), Text(2, "y"), Text(3, name), Text(4, "f0"), Text(7, "own")).ToArray()];
        for (int i = 0; i <= depth; i++)
        {
            byte[][] own = i == depth
                ? [Message(7, Text(1, "a"), Text(2, "b"), Text(4, "Relu"))]
                : [
                    .. Enumerable.Range(0, calls).Select(
                        k => Message(
                            7, Text(1, k == 0 ? "a" : $"{name}{k}"), Text(2, k == calls - 1 ? "b" : $"{name}{k + 1}"), Text(3, name), Text(4, $"f{i + 1}"),
                            Text(7, "own")))];
            file.AddRange(Message(25, [Text(1, $"f{i}"), Text(10, "own"), Text(4, "a"), Times(inputs - 1, Text(4, "u")), Text(5, "b"), .. own]));
        }
        return [.. file];
    }
}
