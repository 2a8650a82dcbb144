using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Spec;

namespace GradCam.Onnx.Tests;

/// <summary>An ONNX file may name its tensors as it likes: what the import writes has nothing in it that the spec language refuses.</summary>
public sealed class HostileNamesTests
{
    /// <summary>Flatten and a linear layer on 3x4x4; the flattened tensor is called <c>a U+2028 #warning INJECTED BY ONNX U+2028 //</c>.</summary>
    private static readonly byte[] Injection =
    [
        .. Convert.FromBase64String(
            "CAg61QQKLQoBeBIiYeKAqCN3YXJuaW5nIElOSkVDVEVEIEJZIE9OTljigKgvLyIEUmVsdQowCiJh4oCoI3dhcm5pbmcgSU5KRUNURUQgQlkgT05OWOKAqC8v" +
            "EgFmIgdGbGF0dGVuCiYKAWYKCWZjLndlaWdodBIBeSIER2VtbSoNCgZ0cmFuc0IYAaABAhIBZyqUAwgCCDAQAUIJZmMud2VpZ2h0SoAD"),
        .. new byte[384],
        .. Convert.FromBase64String("WhsKAXgSFgoUCAESEAoCCAEKAggDCgIIBAoCCARiEwoBeRIOCgwIARIICgIIAQoCCAJCBAoAEA0="),
    ];

    [Fact]
    public void Names_and_comments_have_no_hidden_characters()
    {
        ImportedNetwork network = OnnxImporter.Import(Injection, "a\u2028relu\u202e\ufeff.onnx", null);

        Assert.Empty(SpecParser.Parse(network.Spec).Problems);
        Assert.DoesNotContain(network.Spec, c => c is '\u2028' or '\u202e' or '\ufeff');
        using CompiledNetwork compiled = CompiledNetwork.Compile(NetworkSource.Of(network));
        Assert.Equal(2, compiled.Info.Logits.Length);
    }

    [Fact]
    public void Every_character_of_a_name_is_taken_or_replaced()
    {
        for (int character = 0; character <= 0xFFFF; character++)
        {
            string name = NameValues.Clean("a" + (char)character + "b");

            Assert.Equal(3, name.Length);
            Assert.Empty(SpecParser.Parse($"input 3x4x4\n\"{name}\": relu").Problems);
        }
    }
}
