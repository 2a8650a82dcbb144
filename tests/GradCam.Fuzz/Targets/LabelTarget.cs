using System.Globalization;
using System.Text;
using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;

namespace GradCam.Fuzz.Targets;

/// <summary>Files of class names, through the generator. The network has as many classes as the file seems to have lines.</summary>
internal sealed class LabelTarget : FuzzTarget
{
    public const string TargetName = "labels";

    private const string Source =
        """
        [GradCam.Network("a.net", Labels = "labels.txt")]
        [GradCam.GradCam("input")]
        partial class Net;
        """;

    private static readonly TextMutator Text = new(
        "cat", "dog", "n01440764 tench", "tench, Tinca tinca", "{0: 'tench', 1: 'goldfish',", "background", "0", "Class", "None", "class", "é", "Cat", "cat",
        "ToString", "value__", "//", "*/");

    private readonly GeneratorHost _generator = new(Source, ("a.net", Spec(3)), ("labels.txt", "cat\ndog\nbird\n"u8.ToArray()));

    public override string Name => TargetName;

    public override IReadOnlyList<byte[]> Seeds { get; } = Corpus.Read(TargetName);

    public override byte[] Mutate(byte[] seed, Random random) => Text.Mutate(seed, random);

    public override void Run(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input).TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal);
        int lines = text.TrimEnd().Split('\n', '\r').Length;
        _generator.Run(("a.net", Spec(lines)), ("labels.txt", input));
    }

    private static byte[] Spec(int classes) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"input 3x1x1\nflatten\nfc: linear {classes} bias off\n"));
}
