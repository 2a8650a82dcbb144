using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using GradCam.Files;

namespace GradCam;

/// <summary>Writes raw maps in formats that other tools read.</summary>
public static class HeatmapExport
{
    /// <summary>Writes <see cref="Heatmap.Raw"/> as comma-separated values, a line a row, with as many digits as give the same float back.</summary>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="writer">Where to.</param>
    public static void WriteCsv(this Heatmap heatmap, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        for (int y = 0; y < heatmap.Height; y++)
        {
            for (int x = 0; x < heatmap.Width; x++)
            {
                if (x > 0)
                    writer.Write(',');
                writer.Write(heatmap.Raw[y * heatmap.Width + x].ToString("R", CultureInfo.InvariantCulture));
            }

            writer.Write('\n');
        }
    }

    /// <summary>Writes a CSV file, as <see cref="WriteCsv"/>. It takes the place of an older one when it is whole.</summary>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written. An older one is as it was.</exception>
    public static void SaveCsv(this Heatmap heatmap, string path)
    {
        using AtomicFile file = AtomicFile.Create(path);
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true))
            heatmap.WriteCsv(writer);
        file.Commit();
    }

    /// <summary>Writes a .npy file, as <see cref="WriteNpy"/>. It takes the place of an older one when it is whole.</summary>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written. An older one is as it was.</exception>
    public static void SaveNpy(this Heatmap heatmap, string path)
    {
        using AtomicFile file = AtomicFile.Create(path);
        heatmap.WriteNpy(file.Stream);
        file.Commit();
    }

    /// <summary>
    /// Writes <see cref="Heatmap.Raw"/> as a NumPy array of little-endian float32, [height, width], for <c>numpy.load</c>. Format version 1.0 of NumPy's
    /// <c>numpy.lib.format</c>.
    /// </summary>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="stream">Where to.</param>
    public static void WriteNpy(this Heatmap heatmap, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        const int preamble = 10;
        string header = string.Create(
            CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({heatmap.Height}, {heatmap.Width}), }}");
        // The header ends with a newline, and the data begins at a multiple of 64 bytes.
        header = header.PadRight((preamble + header.Length + 1 + 63) / 64 * 64 - preamble - 1) + "\n";
        byte[] bytes = new byte[preamble + header.Length + heatmap.Raw.Length * sizeof(float)];
        bytes[0] = 0x93;
        "NUMPY\u0001\0"u8.CopyTo(bytes.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)header.Length);
        Encoding.ASCII.GetBytes(header, bytes.AsSpan(preamble));
        Span<byte> data = bytes.AsSpan(preamble + header.Length);
        for (int i = 0; i < heatmap.Raw.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(data[(i * sizeof(float))..], heatmap.Raw[i]);
        stream.Write(bytes);
    }
}
