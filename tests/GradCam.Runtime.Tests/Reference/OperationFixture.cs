using System.Text.Json;

namespace GradCam.Runtime.Tests.Reference;

/// <summary>One case of operations.json, which make_fixtures.py writes with PyTorch in float64. Maps are [channels, height, width].</summary>
internal sealed record OperationFixture(
    string Op,
    Dictionary<string, JsonElement> Params,
    Dictionary<string, double[]> Weights,
    FixtureMap X,
    FixtureMap Y,
    FixtureMap Dy,
    FixtureMap Dx)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static IReadOnlyList<OperationFixture> All { get; } =
        JsonSerializer.Deserialize<OperationFixture[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "operations.json")), Options)!;

    public Window Window
    {
        get
        {
            int[] pad = Integers("pad");
            return new Window(Pair("kernel"), Pair("stride"), new Edges(pad[0], pad[1], pad[2], pad[3]), Pair("dilation"));
        }
    }

    public int Integer(string name) => Params[name].GetInt32();

    public double Number(string name) => Params[name].GetDouble();

    public bool Flag(string name) => Params[name].GetBoolean();

    public int[] Integers(string name) => Params[name].Deserialize<int[]>()!;

    public T Enum<T>(string name)
        where T : struct => System.Enum.Parse<T>(Params[name].GetString()!);

    private Extent Pair(string name) => (Integers(name)[0], Integers(name)[1]);
}

/// <summary>A map of a fixture.</summary>
internal sealed record FixtureMap(int[] Shape, double[] Data)
{
    /// <summary>The map as the runtime packs it, [height, width, channels].</summary>
    public double[] Packed()
    {
        int pixels = Shape[1] * Shape[2];
        double[] packed = new double[Data.Length];
        for (int i = 0; i < packed.Length; i++)
            packed[i % pixels * Shape[0] + i / pixels] = Data[i];
        return packed;
    }
}
