namespace GradCam.Evaluate;

/// <summary>Connected pixels of a map.</summary>
internal static class Patches
{
    /// <summary>The box around the largest patch of pixels that reach a threshold, of equal ones the first; null where there are none.</summary>
    public static PhotoBox? FindLargest(ReadOnlySpan<float> map, int width, int height, double threshold)
    {
        bool[] open = new bool[map.Length];
        for (int i = 0; i < map.Length; i++)
            open[i] = map[i] >= threshold;
        PhotoBox? largest = null;
        int most = 0;
        var next = new Stack<int>();
        for (int start = 0; start < open.Length; start++)
        {
            if (!open[start])
                continue;
            int size = 0;
            (int left, int top, int right, int bottom) = (width, height, -1, -1);
            open[start] = false;
            next.Push(start);
            while (next.TryPop(out int pixel))
            {
                size++;
                (int x, int y) = (pixel % width, pixel / width);
                (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x), Math.Min(top, y), Math.Max(bottom, y));
                for (int row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
                {
                    for (int column = Math.Max(0, x - 1); column <= Math.Min(width - 1, x + 1); column++)
                    {
                        int neighbour = row * width + column;
                        if (!open[neighbour])
                            continue;
                        open[neighbour] = false;
                        next.Push(neighbour);
                    }
                }
            }

            if (size > most)
                (most, largest) = (size, new PhotoBox { Left = left, Top = top, Width = right - left + 1, Height = bottom - top + 1 });
        }

        return largest;
    }
}
