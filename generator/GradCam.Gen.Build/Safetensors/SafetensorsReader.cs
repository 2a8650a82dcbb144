using GradCam.Weights.Format;

namespace GradCam.Gen.Build.Safetensors;

/// <summary>Reads the header of a weight file from a stream; what it holds is checked by the reader that the runtime has too.</summary>
internal static class SafetensorsReader
{
    /// <summary>Reads and checks the header, and that the file has as many bytes as it speaks of. Leaves the stream at the first byte of the data.</summary>
    /// <param name="file">The file, seekable, at its start.</param>
    /// <exception cref="WeightFormatException">The file is no whole safetensors file.</exception>
    public static SafetensorsHeader Read(Stream file)
    {
        byte[] start = Read(file, (int)Math.Min(file.Length, SafetensorsHeader.StartLength));
        int jsonLength = SafetensorsHeader.ReadJsonLength(start, file.Length);
        file.Position = SafetensorsHeader.PrefixLength;
        SafetensorsHeader header = SafetensorsHeader.Parse(Read(file, jsonLength));
        header.CheckDataLength(file.Length - file.Position);
        return header;
    }

    private static byte[] Read(Stream file, int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int read = file.Read(bytes, done, count - done);
            if (read == 0)
                throw new WeightFormatException("truncated while it was read");
            done += read;
        }
        return bytes;
    }
}
