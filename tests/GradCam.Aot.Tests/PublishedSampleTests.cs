using System.Globalization;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace GradCam.Aot.Tests;

/// <summary>The samples as native files: that they are one file, without a warning, small, right, and never in software vectors.</summary>
public sealed partial class PublishedSampleTests(ITestOutputHelper output)
{
    private const int Width = 640;
    private const int Height = 480;
    private const int Frames = 30;
    private const string Emulator = "/usr/bin/qemu-aarch64-static";
    private const string ArmLibraries = "/usr/aarch64-linux-gnu";

    private static string[] Size { get; } = [Width.ToString(CultureInfo.InvariantCulture), Height.ToString(CultureInfo.InvariantCulture)];

    private static string Chelsea => Path.Combine(Publication.Repository, "samples", "Explain", "photos", "chelsea.png");

    [SkippableFact]
    public void EdgeAot_is_one_file_that_explains_a_photo()
    {
        using Publication published = Publication.Make("EdgeAot", "linux-x64");
        FileInfo file = published.SingleFile();
        output.WriteLine($"{file.Length} bytes");
        Assert.DoesNotContain("warning", published.Log, StringComparison.Ordinal);
        Assert.Contains("EdgeAot: compiled ahead of time for x86-64-v3", published.Log, StringComparison.Ordinal);
        Assert.InRange(file.Length, 0, 8_000_000);

        string heatmap = published.At("why.png");
        (int code, string printed) = Publication.Run(file.FullName, [Chelsea, heatmap]);
        Assert.Equal(0, code);
        Assert.Matches(@"^ +9\d\.\d %  cat\n", printed);
        Assert.Equal(5, printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.True(File.ReadAllBytes(heatmap).AsSpan(1).StartsWith("PNG"u8));
        (code, printed) = Publication.Run(file.FullName, [Path.Combine(Publication.Repository, "README.md"), heatmap]);
        Assert.Equal(1, code);
        Assert.Contains("expected a JPEG, PNG, WebP, GIF or BMP file", printed, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void No_instruction_set_falls_into_software_vectors()
    {
        string frames = MakeFrames();
        var times = new List<(string Set, double Milliseconds)>();
        foreach (string set in new[] { "", "x86-64-v2", "x86-64-v3", "x86-64-v4", "native" })
        {
            if (set == "x86-64-v4" && !System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
                continue;
            using Publication published = Publication.Make("EdgeRaw", "linux-x64", set.Length == 0 ? [] : [$"-p:IlcInstructionSet={set}"]);
            FileInfo file = published.SingleFile();
            Assert.DoesNotContain("warning", published.Log, StringComparison.Ordinal);
            Assert.Contains($"EdgeRaw: compiled ahead of time for {(set.Length == 0 ? "x86-64-v3" : set)}", published.Log, StringComparison.Ordinal);
            Assert.InRange(file.Length, 0, 4_200_000);
            double best = FastestForward(file.FullName, Size, frames);
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{(set.Length == 0 ? "default" : set)}: {file.Length} bytes, forward {best:0.000} ms"));
            times.Add((set, best));
        }

        Assert.InRange(times.Max(time => time.Milliseconds) / times.Min(time => time.Milliseconds), 1, 6);
        File.Delete(frames);
    }

    [SkippableFact]
    public void Linux_on_Arm_is_compiled_here_and_runs_in_an_emulator()
    {
        Skip.IfNot(
            File.Exists(Emulator) && Directory.Exists(ArmLibraries),
            $"{Emulator} and {ArmLibraries} are not installed (Debian: qemu-user-static gcc-aarch64-linux-gnu clang lld).");
        using Publication published = Publication.Make("EdgeRaw", "linux-arm64", "-p:LinkerFlavor=lld", "-p:ObjCopyName=aarch64-linux-gnu-objcopy");
        Assert.DoesNotContain("warning", published.Log, StringComparison.Ordinal);
        FileInfo file = published.SingleFile();
        string frames = MakeFrames();
        double best = FastestForward(Emulator, ["-L", ArmLibraries, file.FullName, .. Size], frames);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Length} bytes, forward {best:0.0} ms in the emulator"));
        File.Delete(frames);
    }

    /// <summary>Some frames of stripes.</summary>
    private static string MakeFrames()
    {
        string path = Path.GetTempFileName();
        byte[] frame = new byte[Width * Height * 3];
        for (int i = 0; i < frame.Length; i++)
            frame[i] = (byte)(i / 50);
        using FileStream file = File.Create(path);
        for (int i = 0; i < Frames; i++)
            file.Write(frame);
        return path;
    }

    /// <summary>Explains the frames; standard error has a line for each.</summary>
    private static double FastestForward(string program, IReadOnlyList<string> arguments, string frames)
    {
        (int code, string printed) = Publication.Run(program, arguments, frames);
        Assert.Equal(0, code);
        double[] times = [.. Forward().Matches(printed).Select(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
        Assert.Equal(Frames, times.Length);
        return times.Min();
    }

    [GeneratedRegex(@"forward (\d+\.\d+) ms")]
    private static partial Regex Forward();
}
