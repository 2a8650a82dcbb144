using GradCam.GpuCheck.Ptx;

namespace GradCam.GpuCheck.Counts;

/// <summary>Where lanes that part at a branch meet again: the first instruction to which all ways from it lead.</summary>
internal static class Reconvergence
{
    /// <summary>In place of an instruction: the end of the kernel.</summary>
    public const int End = int.MaxValue;

    /// <summary>The meeting place of each instruction, <see cref="End"/> where lanes may end before.</summary>
    /// <remarks>Immediate dominators of the reversed graph: Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm.</remarks>
    public static int[] PlacesOf(IReadOnlyList<PtxInstruction> instructions)
    {
        int end = instructions.Count;
        int[][] next = [.. Enumerable.Range(0, end).Select(Next)];
        int[] order = Order(next, end);
        var dominators = new int[end + 1];
        Array.Fill(dominators, -1);
        dominators[end] = end;
        for (bool changes = true; changes;)
        {
            changes = false;
            // Backwards through the program: what follows an instruction comes before it.
            for (int i = end - 1; i >= 0; i--)
            {
                int common = -1;
                foreach (int follower in next[i])
                {
                    if (dominators[follower] >= 0)
                        common = common < 0 ? follower : Intersect(follower, common);
                }

                if (common >= 0 && dominators[i] != common)
                    (dominators[i], changes) = (common, true);
            }
        }

        return [.. dominators.Take(end).Select(place => place == end ? End : place)];

        int[] Next(int i) => instructions[i].Operation switch
        {
            PtxOperation.Return => instructions[i].Guard < 0 ? [end] : [end, i + 1],
            PtxOperation.Branch => instructions[i].Guard < 0 ? instructions[i].Targets : [instructions[i].Targets[0], i + 1],
            PtxOperation.BranchIndexed => [.. instructions[i].Targets.Distinct()],
            _ => [i + 1],
        };

        int Intersect(int a, int b)
        {
            while (a != b)
            {
                if (order[a] < order[b])
                    a = dominators[a];
                else
                    b = dominators[b];
            }

            return a;
        }
    }

    /// <summary>The instructions' numbers in an order of the reversed graph in which the end is the last and each comes before one that follows it.</summary>
    private static int[] Order(int[][] next, int end)
    {
        var before = new List<int>[end + 1];
        for (int i = 0; i <= end; i++)
            before[i] = [];
        for (int i = 0; i < end; i++)
        {
            foreach (int follower in next[i])
                before[follower].Add(i);
        }

        var order = new int[end + 1];
        var seen = new bool[end + 1];
        var stack = new Stack<(int Place, int Done)>([(end, 0)]);
        seen[end] = true;
        int count = 0;
        while (stack.TryPop(out (int Place, int Done) top))
        {
            if (top.Done == before[top.Place].Count)
            {
                order[top.Place] = count++;
                continue;
            }

            stack.Push((top.Place, top.Done + 1));
            int earlier = before[top.Place][top.Done];
            if (!seen[earlier])
            {
                seen[earlier] = true;
                stack.Push((earlier, 0));
            }
        }

        return order;
    }
}
