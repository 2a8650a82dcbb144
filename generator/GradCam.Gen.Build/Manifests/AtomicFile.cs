using System.Text;

namespace GradCam.Gen.Build.Manifests;

/// <summary>Writes files that are either the old or the new one, never half of it, and keeps the old one when nothing has changed.</summary>
internal static class AtomicFile
{
    /// <summary>Writes text as UTF-8, if the file does not hold it already.</summary>
    /// <returns>True when the file was written.</returns>
    public static bool WriteIfChanged(string path, string text) => WriteIfChanged(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes bytes, if the file does not hold them already.</summary>
    /// <returns>True when the file was written.</returns>
    public static bool WriteIfChanged(string path, byte[] bytes)
    {
        if (File.Exists(path) && new FileInfo(path).Length == bytes.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // Beside the target, so that the move stays on one volume; of this process alone, so that builds side by side do not share it.
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            if (File.Exists(path))
                File.Replace(temporary, path, destinationBackupFileName: null);
            else
                File.Move(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
        return true;
    }
}
