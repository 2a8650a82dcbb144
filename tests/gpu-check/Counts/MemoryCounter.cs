using System.Numerics;
using System.Runtime.InteropServices;

namespace GradCam.GpuCheck.Counts;

/// <summary>Counts what warps' accesses to memory take: sectors of global memory, cycles of shared memory's banks.</summary>
/// <param name="arena">The samples' memory, where all of them lie alike.</param>
internal sealed class MemoryCounter(ArenaPlace arena)
{
    /// <summary>Bytes that global memory is read and written by.</summary>
    public const int SectorBytes = 32;

    private const int Banks = 32;
    private const int WordBytes = 4;

    /// <summary>What a sample's memory is divided into, to know how much of it is touched: neighbouring groups touch the same, and few are run.</summary>
    private const int BlockBytes = 1 << 15;

    /// <summary>Sectors that the current group touched a short while ago, which need not be looked up.</summary>
    private const int RecentSectors = 8192;

    private readonly Dictionary<ulong, Visits> _reads = [];
    private readonly Dictionary<ulong, Visits> _writes = [];
    private readonly ulong[] _recent = new ulong[2 * RecentSectors];
    private (int X, int Y, double WeightX, double WeightY) _group;

    /// <summary>Sectors that accesses of warps touch, each for itself; of the current group, as the next ones are.</summary>
    public long Sectors { get; private set; }

    /// <summary>Bytes that they are for, what several lanes read once.</summary>
    public long NeededBytes { get; private set; }

    /// <summary>Cycles that the banks take at least: as many as there are different words in one of them.</summary>
    public long SharedCycles { get; private set; }

    /// <summary>Cycles more, where lanes that are served together want different words of a bank.</summary>
    public long Conflicts { get; private set; }

    /// <summary>Begins with a group.</summary>
    /// <param name="x">Its place.</param>
    /// <param name="y">Its place.</param>
    /// <param name="weightX">How many places along x it stands for.</param>
    /// <param name="weightY">How many along y.</param>
    public void Begin(int x, int y, double weightX, double weightY)
    {
        _group = (x, y, weightX, weightY);
        Array.Clear(_recent);
        (Sectors, NeededBytes, SharedCycles, Conflicts) = (0, 0, 0, 0);
    }

    /// <summary>
    /// Bytes of sectors that all groups touch, each once. What a group touches alone of those that were run counts for all that it stands for; what several
    /// along x or y touch counts once along it. Of the samples it is no more than what is touched of one, rounded up.
    /// </summary>
    public double DistinctBytes => DistinctBytesOf(_reads) + DistinctBytesOf(_writes);

    /// <summary>Counts an access to global memory.</summary>
    /// <param name="addresses">The lanes' addresses.</param>
    /// <param name="active">The lanes that access.</param>
    /// <param name="bytes">Bytes of a lane.</param>
    /// <param name="isWrite">Whether it writes.</param>
    public void CountGlobal(ReadOnlySpan<ulong> addresses, uint active, int bytes, bool isWrite)
    {
        NeededBytes += (long)bytes * CountDistinct(addresses, active);
        Span<ulong> sectors = stackalloc ulong[addresses.Length];
        int count = 0;
        for (uint rest = active; rest != 0; rest &= rest - 1)
        {
            ulong sector = addresses[BitOperations.TrailingZeroCount(rest)] / SectorBytes;
            if ((count > 0 && sectors[count - 1] == sector) || sectors[..count].Contains(sector))
                continue;
            sectors[count++] = sector;
            Visit(sector, isWrite);
        }

        Sectors += count;
    }

    /// <summary>Counts an access to shared memory. Lanes are served 128 bytes at a time: all of them, halves for 8 bytes, quarters for 16.</summary>
    public void CountShared(ReadOnlySpan<ulong> addresses, uint active, int bytes)
    {
        SharedCycles += BankCycles(addresses, active, bytes);
        int together = Math.Min(addresses.Length, Banks * WordBytes / bytes);
        for (int first = 0; first < addresses.Length; first += together)
        {
            uint part = active & (together == 32 ? uint.MaxValue : ((1u << together) - 1) << first);
            if (part != 0)
                Conflicts += BankCycles(addresses, part, bytes) - 1;
        }
    }

    private double DistinctBytesOf(Dictionary<ulong, Visits> visited)
    {
        double ofSamples = 0;
        double others = 0;
        var blocks = new HashSet<ulong>();
        foreach ((ulong sector, Visits visits) in visited)
        {
            ulong address = sector * SectorBytes - arena.Start;
            if (address < arena.Stride * (ulong)arena.Samples)
            {
                ofSamples += visits.Weight * SectorBytes;
                blocks.Add(address % arena.Stride / BlockBytes);
            }
            else
            {
                others += visits.Weight * SectorBytes;
            }
        }

        return others + Math.Min(ofSamples, (double)arena.Samples * blocks.Count * BlockBytes);
    }

    /// <summary>The different words of the bank that has most of them.</summary>
    private static int BankCycles(ReadOnlySpan<ulong> addresses, uint active, int bytes)
    {
        Span<ulong> words = stackalloc ulong[addresses.Length * Math.Max(bytes, WordBytes) / WordBytes];
        Span<int> banks = stackalloc int[Banks];
        banks.Clear();
        int count = 0;
        int most = 0;
        for (uint rest = active; rest != 0; rest &= rest - 1)
        {
            ulong address = addresses[BitOperations.TrailingZeroCount(rest)];
            for (int i = 0; i < Math.Max(bytes, WordBytes); i += WordBytes)
            {
                ulong word = (address + (ulong)i) / WordBytes;
                if (words[..count].Contains(word))
                    continue;
                words[count++] = word;
                most = Math.Max(most, ++banks[(int)(word % Banks)]);
            }
        }

        return most;
    }

    private static int CountDistinct(ReadOnlySpan<ulong> addresses, uint active)
    {
        Span<ulong> seen = stackalloc ulong[addresses.Length];
        int count = 0;
        for (uint rest = active; rest != 0; rest &= rest - 1)
        {
            ulong address = addresses[BitOperations.TrailingZeroCount(rest)];
            if (!seen[..count].Contains(address))
                seen[count++] = address;
        }

        return count;
    }

    private void Visit(ulong sector, bool isWrite)
    {
        ref ulong recent = ref _recent[sector % RecentSectors + (isWrite ? RecentSectors : 0u)];
        if (recent == sector)
            return;

        recent = sector;
        ref Visits visits = ref CollectionsMarshal.GetValueRefOrAddDefault(isWrite ? _writes : _reads, sector, out bool isKnown);
        if (!isKnown)
            visits = new Visits { X = _group.X, Y = _group.Y, WeightX = _group.WeightX, WeightY = _group.WeightY };
        if (visits.X != _group.X)
            visits.WeightX = 1;
        if (visits.Y != _group.Y)
            visits.WeightY = 1;
    }

    /// <summary>Which groups have touched a sector.</summary>
    private struct Visits
    {
        public int X;
        public int Y;
        public double WeightX;
        public double WeightY;

        public readonly double Weight => WeightX * WeightY;
    }
}
