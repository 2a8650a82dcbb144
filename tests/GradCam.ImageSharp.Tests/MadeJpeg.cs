namespace GradCam.ImageSharp.Tests;

/// <summary>
/// JPEG files with what Skia's encoder does not write: four components, progressive scans, Adobe's marker, restarts. A block is flat but for two waves; its
/// codes all have the same length.
/// </summary>
internal static class MadeJpeg
{
    private const int DcBits = 4;
    private const int AcBits = 8;

    /// <summary>How a file is written.</summary>
    /// <param name="Components">Sampling factors of each component, width and height in four bits each.</param>
    /// <param name="IsProgressive">Whether in several scans: the means, then the rest of each component.</param>
    /// <param name="Adobe">The colour transform of Adobe's marker; null for none.</param>
    /// <param name="Restart">MCUs between restart markers; 0 for none.</param>
    public sealed record Form(byte[] Components, bool IsProgressive = false, byte? Adobe = null, int Restart = 0)
    {
        /// <summary>What stands before the frame: profiles.</summary>
        public byte[] Segments { get; init; } = [];

        /// <summary>The heights of the waves over a block.</summary>
        public int Wave { get; init; } = 12;
    }

    /// <summary>Makes a file.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Rows.</param>
    /// <param name="form">How.</param>
    /// <param name="level">The mean of a block by component, column and row: 0 to 255.</param>
    public static byte[] Make(int width, int height, Form form, Func<int, int, int, int> level)
    {
        int count = form.Components.Length;
        int mostX = form.Components.Max(c => c >> 4), mostY = form.Components.Max(c => c & 15);
        List<byte> file = [0xFF, 0xD8];
        if (form.Adobe is byte transform)
            file.AddRange([0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]);
        file.AddRange(form.Segments);
        file.AddRange([0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64)]);
        file.AddRange([0xFF, (byte)(form.IsProgressive ? 0xC2 : 0xC0), 0, (byte)(8 + 3 * count), 8, (byte)(height >> 8), (byte)height]);
        file.AddRange([(byte)(width >> 8), (byte)width, (byte)count]);
        for (int c = 0; c < count; c++)
            file.AddRange([(byte)(c + 1), form.Components[c], 0]);
        // Twelve categories in four bits each; 240 runs and categories in eight.
        file.AddRange([0xFF, 0xC4, 0, 19 + 12, 0x00, 0, 0, 0, 12, .. new byte[12], .. Enumerable.Range(0, 12).Select(i => (byte)i)]);
        file.AddRange([0xFF, 0xC4, 1, 3, 0x10, 0, 0, 0, 0, 0, 0, 0, 240, .. new byte[8], .. Enumerable.Range(0, 240).Select(i => (byte)i)]);
        if (form.Restart > 0)
            file.AddRange([0xFF, 0xDD, 0, 4, 0, (byte)form.Restart]);

        byte[] all = [.. Enumerable.Range(0, count).Select(i => (byte)i)];
        WriteScan(all, 0, form.IsProgressive ? 0 : 63);
        for (int c = 0; c < count && form.IsProgressive; c++)
        {
            WriteScan([(byte)c], 1, 1);
            WriteScan([(byte)c], 2, 63);
        }

        file.AddRange([0xFF, 0xD9]);
        return [.. file];

        void WriteScan(byte[] components, int first, int last)
        {
            file.AddRange([0xFF, 0xDA, 0, (byte)(6 + 2 * components.Length), (byte)components.Length]);
            foreach (byte c in components)
                file.AddRange([(byte)(c + 1), 0x00]);
            file.AddRange([(byte)first, (byte)last, 0]);
            var bits = new BitWriter(file);
            int[] previous = new int[count];
            // A scan of one component has its blocks in rows; of several, MCU by MCU.
            bool isAlone = components.Length == 1;
            int stepX = isAlone ? form.Components[components[0]] >> 4 : mostX, stepY = isAlone ? form.Components[components[0]] & 15 : mostY;
            int columns = isAlone ? Blocks(width, stepX, mostX) : (width + 8 * mostX - 1) / (8 * mostX);
            int rows = isAlone ? Blocks(height, stepY, mostY) : (height + 8 * mostY - 1) / (8 * mostY);
            int units = 0;
            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x++, units++)
                {
                    if (form.Restart > 0 && units > 0 && units % form.Restart == 0)
                    {
                        bits.Flush();
                        file.AddRange([0xFF, (byte)(0xD0 + (units / form.Restart - 1) % 8)]);
                        Array.Clear(previous);
                    }

                    foreach (byte c in components)
                    {
                        int across = isAlone ? 1 : form.Components[c] >> 4, down = isAlone ? 1 : form.Components[c] & 15;
                        for (int block = 0; block < across * down; block++)
                            WriteBlock(bits, c, x * across + block % across, y * down + block / across, first, last, previous);
                    }
                }
            }

            bits.Flush();
        }

        void WriteBlock(BitWriter bits, int component, int x, int y, int first, int last, int[] previous)
        {
            if (first == 0)
            {
                // The coefficient of the mean is eight times as large.
                int mean = 8 * (level(component, x, y) - 128);
                int difference = mean - previous[component];
                previous[component] = mean;
                int size = Category(difference);
                bits.Write(size, DcBits);
                bits.Write(difference < 0 ? difference + (1 << size) - 1 : difference, size);
            }

            if (last == 0)
                return;
            // The first two waves, one along each axis; nothing behind them.
            for (int i = Math.Max(first, 1); i <= Math.Min(last, 2); i++)
            {
                int wave = (x + y + i) % 2 == 0 ? form.Wave : -form.Wave;
                int size = Category(wave);
                bits.Write(size, AcBits);
                bits.Write(wave < 0 ? wave + (1 << size) - 1 : wave, size);
            }

            if (last > 2)
                bits.Write(0, AcBits);
        }
    }

    private static int Blocks(int length, int sampling, int most) => ((length * sampling + most - 1) / most + 7) / 8;

    private static int Category(int value) => 32 - int.LeadingZeroCount(Math.Abs(value));

    private sealed class BitWriter(List<byte> file)
    {
        private int _bits;
        private int _count;

        public void Write(int value, int count)
        {
            for (int i = count - 1; i >= 0; i--)
            {
                _bits = (_bits << 1) | ((value >> i) & 1);
                if (++_count == 8)
                    Put();
            }
        }

        public void Flush()
        {
            while (_count > 0)
                Write(1, 1);
        }

        private void Put()
        {
            file.Add((byte)_bits);
            if ((byte)_bits == 0xFF)
                file.Add(0);
            (_bits, _count) = (0, 0);
        }
    }
}
