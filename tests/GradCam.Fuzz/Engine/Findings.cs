namespace GradCam.Fuzz.Engine;

/// <summary>Writes what was found to a folder: the input as <c>TARGET-NUMBER.bin</c>, the symptom beside it as text.</summary>
/// <param name="folder">The folder.</param>
internal sealed class Findings(string folder)
{
    private const int MostOfOneKind = 3;

    private readonly Dictionary<string, int> _kinds = [];

    /// <summary>Writes a finding, the first few of a kind.</summary>
    public void Add(FuzzTarget target, long index, Symptom symptom, Func<byte[]> input)
    {
        int count = _kinds.GetValueOrDefault(symptom.Kind);
        _kinds[symptom.Kind] = count + 1;
        if (count >= MostOfOneKind)
            return;
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{target.Name}-{index}");
        File.WriteAllBytes(path + ".bin", input());
        File.WriteAllText(path + ".txt", $"{symptom.Kind}\n{symptom.Text}\n");
        Console.WriteLine($"{path}.bin: {symptom.Kind}");
    }
}
