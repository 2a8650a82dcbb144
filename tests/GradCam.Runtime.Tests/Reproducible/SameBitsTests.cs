namespace GradCam.Runtime.Tests.Reproducible;

/// <summary>
/// The program <c>GradCam.SameBits</c>, whose hashes are written down, with other instruction sets, each in a process of its own. Its README says how it runs
/// on Arm and in WebAssembly.
/// </summary>
public sealed class SameBitsTests
{
    /// <summary>All but the methods that run a network again and again.</summary>
    private const string Networks =
        "Photo10 Random175 Random114 Random217 Random105 Random109 Random127 Random168 Random236 Random140 Random144 Random270 Random303";

    /// <summary>In software all takes minutes.</summary>
    private const string Few = "Random175 Random105 Random140 Random168";

    /// <summary>A guard against hangs: it takes seconds where nothing else runs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    [Theory]
    [InlineData("DOTNET_MaxVectorTBitWidth=512 GRADCAM_SIMD=512", 1, 512, Networks)]
    [InlineData("DOTNET_EnableAVX512=0 GRADCAM_SIMD=256", 3, 256, Networks)]
    [InlineData("DOTNET_EnableAVX2=0 GRADCAM_SIMD=128", 1, 128, Networks)]
    [InlineData("DOTNET_EnableAVX=0", 2, 128, Networks)]
    [InlineData("DOTNET_EnableHWIntrinsic=0", 1, 128, Few)]
    public void Hashes_are_those_of_all_machines(string environment, int threads, int bits, string networks)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "GradCam.SameBits.dll");
        (int exitCode, string output) = ChildProgram.Run(program, environment, Limit, [threads.ToString(), .. networks.Split(' ')]);
        Assert.True(exitCode == 0, output);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(networks.Split(' ').Length, lines.Count(line => line.Contains(" all ", StringComparison.Ordinal)));
        Assert.Equal("the same bits", lines[^1]);
        // The variables do something: a machine may have narrower vectors to begin with, and Arm has its own.
        int found = int.Parse(lines[0].Split("vectors of ")[1].Split(' ')[0]);
        Assert.InRange(found, 128, bits);
        if (bits == 128)
            Assert.DoesNotContain("FMA", lines[0], StringComparison.Ordinal);
        if (environment.Contains("HWIntrinsic", StringComparison.Ordinal))
            Assert.Contains("in software", lines[0], StringComparison.Ordinal);
    }
}
