using System.ComponentModel;
using System.Reflection;
using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Emit;

/// <summary>What the runtime's names leave to its users.</summary>
public sealed class UserNamespaceTests
{
    [Fact]
    public void Tensor_is_that_of_NET_beside_GradCam()
    {
        GeneratorRun run = GeneratorDriverHarness.Of("""
            using System.Numerics.Tensors;
            using GradCam;

            [Network(@"input 1x8x8
            image gray
            conv1: conv 4 3x3
            avgpool global
            fc: linear 2")]
            [GradCam("conv1")]
            public sealed partial class Net;

            public static class User
            {
                public static Tensor<float> Input(Net.Session session) => Tensor.Create(new float[session.Info.Input.Length]);

                public static Net Load(string path) => Net.Load(path, new CpuOptions { Threads = 2 });
            }
            """).Run();
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void What_backends_and_generated_code_agree_on_is_hidden_from_IntelliSense()
    {
        Type[] types =
        [
            .. typeof(NetworkSession).Assembly.GetExportedTypes().Where(type => !type.IsNested && type.Namespace is "GradCam.Contract" or "GradCam.Planning"),
        ];
        Assert.Contains(typeof(Contract.IBackend), types);
        Assert.All(types, type => Assert.Equal(EditorBrowsableState.Never, type.GetCustomAttribute<EditorBrowsableAttribute>()?.State));
    }
}
