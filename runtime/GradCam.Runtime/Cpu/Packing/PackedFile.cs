using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;
using GradCam.Weights;

namespace GradCam.Cpu.Packing;

/// <summary>
/// Packed weights in a file, used where they lie: a page of text that says what they were made from and for, then the blocks as in memory.
/// </summary>
/// <remarks>
/// Nothing in the file says where anything is. A process knows from its own dry run what the text, the length and the blocks' places must be, so a file fits
/// exactly or is made anew; what no check sees is a change within the blocks, which <see cref="NetworkOptions.VerifyHash"/> looks for.
/// </remarks>
internal static unsafe class PackedFile
{
    /// <summary>To be raised when the meaning of the file's bytes changes in a way that the runtime's build does not tell.</summary>
    private const int Version = 1;

    /// <summary>Bytes before the blocks: a page, so that they are aligned to cache lines.</summary>
    private const int HeaderBytes = 4096;

    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int MostAtOnce = 1 << 24;

    /// <summary>Ends a dry run with the file's packed weights, or packs and writes them there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">The dry run's plan.</param>
    /// <param name="network">The network's class.</param>
    /// <exception cref="WeightException">The weights have no identity that could be recorded.</exception>
    public static void EndDryRun(string path, CpuPlan plan, Type network)
    {
        byte[] text = Describe(path, plan, network);
        if (TryMap(path, text, plan))
        {
            plan.Packed.EndDryRun();
            return;
        }

        plan.EndDryRun();
        TryWrite(path, text, plan.Packed);
    }

    /// <summary>What the weights were packed from and for, and how they are laid out.</summary>
    private static byte[] Describe(string path, CpuPlan plan, Type network)
    {
        string weights = plan.Weights.Identify() ?? throw new WeightException(
            $"{path}: packed weights are kept for weights from a file, a stream or a resource; {plan.Weights.Name} has nothing to recognise them by.");
        string lengths = string.Join(' ', plan.Packed.Blocks.Select(block => block.Length));
        string text = string.Join(
            '\n',
            $"GradCam packed weights, version {Version}",
            $"runtime {typeof(PackedFile).Module.ModuleVersionId}",
            $"network {plan.Info.Name} {network.Module.ModuleVersionId}",
            $"weights {weights}",
            $"machine {RuntimeInformation.ProcessArchitecture} {SimdLevels.Widest}, {SimdLevels.Widest.IssueRate()} a cycle",
            $"winograd {plan.Options.Winograd}, linear layers {plan.Options.LinearPrecision}",
            $"blocks {plan.Packed.Length} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lengths)))}",
            "sha256 of the blocks, in binary: ");
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= HeaderBytes - HashBytes ? bytes : throw new WeightException($"{path}: the name of {plan.Info.Name} is too long.");
    }

    private static bool TryMap(string path, byte[] text, CpuPlan plan)
    {
        try
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
            if (plan.Options.VerifyHash && !header.Slice(text.Length, HashBytes).SequenceEqual(Hash(blocks, length)))
            {
                memory.Dispose();
                return false;
            }

            MemoryAdvice.MapForReading(blocks, (nuint)length);
            plan.Packed.Place((float*)blocks, memory);
            return true;
        }
        catch (Exception exception) when (IsAboutFile(exception))
        {
            return false;
        }
    }

    private static void TryWrite(string path, byte[] text, PackedWeights weights)
    {
        byte* blocks = (byte*)weights.Start;
        long length = sizeof(float) * weights.Length;
        try
        {
            string full = Path.GetFullPath(path);
            string folder = Path.GetDirectoryName(full) ?? throw new IOException($"{path}: not a file.");
            string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
            Directory.CreateDirectory(folder);
            DeleteLeftovers(folder, Path.GetFileName(full));
            try
            {
                using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
                {
                    var header = new byte[HeaderBytes];
                    text.CopyTo(header, 0);
                    Hash(blocks, length).CopyTo(header, text.Length);
                    file.Write(header);
                    foreach ((long start, int count) in Parts(length))
                        file.Write(new ReadOnlySpan<byte>(blocks + start, count));
                    // Before the name is there, so that it never stands for less than the whole.
                    file.Flush(flushToDisk: true);
                }

                File.Move(temporary, full, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception exception) when (IsAboutFile(exception))
        {
            // The network is loaded; the next start packs again.
        }
    }

    /// <summary>Deletes what a process left that ended while it wrote.</summary>
    private static void DeleteLeftovers(string folder, string name)
    {
        foreach (string leftover in Directory.EnumerateFiles(folder, $"{name}.*.tmp"))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(leftover) > TimeSpan.FromHours(1))
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
