using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GradCam.Cpu.Simd;
using GradCam.Memory;
using GradCam.Weights;

namespace GradCam.Cpu.Packing;

/// <summary>
/// Packed weights in a file, used where they lie: a page of text that says what they were made from and for, then the blocks as in memory.
/// </summary>
/// <remarks>
/// Nothing in the file says where anything is. A process knows from its own dry run what the text, the length and the blocks' places must be, so a file fits
/// exactly or is made anew; what no check sees is a change within the blocks, which a comparison with its hash looks for. Only a file that begins
/// with <see cref="Magic"/> is ever replaced or deleted.
/// </remarks>
internal static unsafe class PackedFile
{
    /// <summary>To be raised when the meaning of the file's bytes changes in a way that the runtime's build does not tell.</summary>
    private const int Version = 2;

    /// <summary>Bytes before the blocks: a page, so that they are aligned to cache lines.</summary>
    private const int HeaderBytes = 4096;

    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int MostAtOnce = 1 << 24;

    /// <summary>How every version of the file begins: not as a weight file, whose first bytes would be a length beyond any.</summary>
    private const string Magic = "GradCam packed weights, version ";

    /// <summary>How names of files end that are being written, after the packed file's own name and 32 digits.</summary>
    private const string TemporaryEnd = ".gradcam-tmp";

    /// <summary>Ends a dry run with the file's packed weights, or packs and writes them there. The plan's report says which, or why not.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The dry run's plan.</param>
    /// <param name="network">The network's class.</param>
    /// <param name="verifyHash">Whether all of its bytes are compared with its hash.</param>
    /// <exception cref="WeightException">The weights have no identity that could be recorded, or the file is the weight file.</exception>
    public static void EndDryRun(string path, CpuPlan plan, Type network, bool verifyHash)
    {
        byte[] text = Describe(path, plan, network);
        LoadReport report = plan.Report;
        (report.PackedFile, report.PackedFilePath) = (PackedFileUse.NotUsed, path);
        bool isOurs = false;
        try
        {
            report.PackedFilePath = path = Resolve(path);
            isOurs = IsOurs(path, plan.Weights.Source);
            if (isOurs && TryMap(path, text, plan, verifyHash))
            {
                report.PackedFile = PackedFileUse.Used;
                plan.Packed.EndDryRun();
                return;
            }
        }
        catch (Exception exception) when (IsAboutFile(exception))
        {
            report.PackedFileReason = exception.Message;
        }

        plan.EndDryRun();
        if (report.PackedFileReason is not null)
            return;
        try
        {
            Write(path, text, plan, replaces: isOurs);
            report.PackedFile = PackedFileUse.Written;
        }
        catch (Exception exception) when (IsAboutFile(exception))
        {
            report.PackedFileReason = exception.Message;
        }
    }

    /// <summary>What the weights were packed from and for, and how they are laid out.</summary>
    private static byte[] Describe(string path, CpuPlan plan, Type network)
    {
        string weights = plan.Weights.Source.Identify() ?? throw new WeightException(
            $"{path}: packed weights are kept for weights from a file, a stream or a resource; {plan.Weights.Source.Name} has nothing to recognise them by.");
        string lengths = string.Join(' ', plan.Packed.Blocks.Select(block => block.Length));
        string text = string.Join(
            '\n',
            $"{Magic}{Version}",
            $"runtime {typeof(PackedFile).Module.ModuleVersionId}",
            $"network {plan.Info.Name} {network.Module.ModuleVersionId}",
            $"weights {weights}",
            $"machine {RuntimeInformation.ProcessArchitecture} {SimdLevels.Widest}, {SimdLevels.Widest.IssueRate()} a cycle",
            $"winograd {plan.UseWinograd}, linear layers {plan.LinearPrecision}",
            $"blocks {plan.Packed.Length} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lengths)))}",
            "sha256 of the blocks, in binary, then warnings: ");
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= HeaderBytes - HashBytes ? bytes : throw new WeightException($"{path}: the name of {plan.Info.Name} is too long.");
    }

    /// <summary>The file's full path; where it is a link, its target's.</summary>
    private static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    /// <summary>Whether there is a file of packed weights, of whatever network or version.</summary>
    /// <returns>False where there is no file.</returns>
    /// <exception cref="IOException">There is another file.</exception>
    /// <exception cref="WeightException">It is the weight file, by whatever name, or a copy.</exception>
    private static bool IsOurs(string path, WeightSource weights)
    {
        if (!Path.Exists(path))
            return false;
        if (HasMagic(path))
            return true;
        Span<byte> start = stackalloc byte[HeaderBytes];
        using (FileStream? file = OpenLonger(path, sizeof(long)))
        {
            if (file is not null && weights.BeginsLike(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)], file.Length))
            {
                throw new WeightException(
                    $"{path}: PackedFile names the weight file or a copy of it. Packed weights need a file of their own, {Path.GetFileName(path)}.packed for " +
                    "instance.");
            }
        }

        throw new IOException($"{path} is there, but is no file of packed weights, so it is not replaced.");
    }

    private static bool HasMagic(string path)
    {
        Span<byte> start = stackalloc byte[Magic.Length];
        using FileStream? file = OpenLonger(path, Magic.Length);
        if (file is null)
            return false;
        file.ReadExactly(start);
        return start.SequenceEqual(Encoding.UTF8.GetBytes(Magic));
    }

    /// <summary>Opens a file of at least some bytes. Pipes and devices have no length: to open one may take for ever.</summary>
    private static FileStream? OpenLonger(string path, long length) =>
        new FileInfo(path) is { Exists: true } info && info.Length >= length
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0)
            : null;

    private static bool TryMap(string path, byte[] text, CpuPlan plan, bool verifyHash)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        long length = sizeof(float) * plan.Packed.Length;
        if (!file.CanSeek || file.Length != HeaderBytes + length)
            return false;
        Span<byte> header = stackalloc byte[HeaderBytes];
        file.ReadExactly(header);
        if (!header.StartsWith(text))
            return false;
        WeightMemory memory = WeightMemory.Map(file);
        // The mapping has HeaderBytes + length bytes: of blocks there are as many as the plan's offsets count.
        byte* blocks = memory.Start + HeaderBytes;
        if (verifyHash && !header.Slice(text.Length, HashBytes).SequenceEqual(Hash(blocks, length)))
        {
            memory.Dispose();
            return false;
        }

        MemoryAdvice.MapForReading(blocks, (nuint)length);
        plan.Packed.Place((float*)blocks, memory);
        plan.Report.Warnings = Encoding.UTF8.GetString(header[(text.Length + HashBytes)..].TrimEnd((byte)0)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return true;
    }

    private static void Write(string path, byte[] text, CpuPlan plan, bool replaces)
    {
        byte* blocks = (byte*)plan.Packed.Start;
        long length = sizeof(float) * plan.Packed.Length;
        string folder = Path.GetDirectoryName(path) ?? throw new IOException($"{path}: not a file.");
        string temporary = $"{path}.{Guid.NewGuid():N}{TemporaryEnd}";
        Directory.CreateDirectory(folder);
        DeleteLeftovers(folder, Path.GetFileName(path));
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                var header = new byte[HeaderBytes];
                text.CopyTo(header, 0);
                Hash(blocks, length).CopyTo(header, text.Length);
                WriteWarnings(plan.Report.Warnings, header.AsSpan(text.Length + HashBytes));
                file.Write(header);
                foreach ((long start, int count) in Parts(length))
                    file.Write(new ReadOnlySpan<byte>(blocks + start, count));
                // Before the name is there, so that it never stands for less than the whole.
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(temporary, path, replaces);
            }
            catch (IOException) when (!replaces && HasMagic(path))
            {
                // Another process was faster.
                File.Move(temporary, path, overwrite: true);
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>A line a warning; where the room ends, how many more there are.</summary>
    private static void WriteWarnings(IReadOnlyList<string> warnings, Span<byte> destination)
    {
        const int Reserve = 32;
        for (int i = 0; i < warnings.Count; i++)
        {
            byte[] line = Encoding.UTF8.GetBytes(warnings[i] + "\n");
            if (line.Length > destination.Length - Reserve)
            {
                Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"and {warnings.Count - i} more")).CopyTo(destination);
                return;
            }

            line.CopyTo(destination);
            destination = destination[line.Length..];
        }
    }

    /// <summary>Deletes what a process left that ended while it wrote.</summary>
    private static void DeleteLeftovers(string folder, string name)
    {
        foreach (string leftover in Directory.EnumerateFiles(folder, $"{name}.*{TemporaryEnd}"))
        {
            string digits = Path.GetFileName(leftover)[(name.Length + 1)..^TemporaryEnd.Length];
            if (Guid.TryParseExact(digits, "N", out _) && DateTime.UtcNow - File.GetLastWriteTimeUtc(leftover) > TimeSpan.FromHours(1) && HasMagic(leftover))
                File.Delete(leftover);
        }
    }

    private static byte[] Hash(byte* start, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((long first, int count) in Parts(length))
            hash.AppendData(new ReadOnlySpan<byte>(start + first, count));
        return hash.GetHashAndReset();
    }

    private static IEnumerable<(long Start, int Count)> Parts(long length)
    {
        for (long done = 0; done < length; done += MostAtOnce)
            yield return (done, (int)Math.Min(MostAtOnce, length - done));
    }

    private static bool IsAboutFile(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;
}
