namespace GradCam;

/// <summary>What became of the file of packed weights that the options name.</summary>
public enum PackedFileUse
{
    /// <summary>None was asked for.</summary>
    None,

    /// <summary>It was mapped: nothing was packed.</summary>
    Used,

    /// <summary>It was written: the next load uses it.</summary>
    Written,

    /// <summary>It was neither used nor written: <see cref="LoadReport.PackedFileReason"/> says why. The network is loaded all the same.</summary>
    NotUsed,
}

/// <summary>What was noticed while a network was loaded. Its text is for a log.</summary>
public sealed class LoadReport
{
    internal LoadReport()
    {
    }

    /// <summary>Nothing.</summary>
    internal static LoadReport Empty { get; } = new();

    /// <summary>What became of the file of packed weights that the options name.</summary>
    public PackedFileUse PackedFile { get; internal set; }

    /// <summary>The path of the file; null where none was asked for.</summary>
    public string? PackedFilePath { get; internal set; }

    /// <summary>Why the file was not used; null where it was, or none was asked for.</summary>
    public string? PackedFileReason { get; internal set; }

    /// <summary>
    /// What is probably not as it was meant: weights that are NaN or infinite, by tensor. So it was when the weights were packed, if a packed file was used.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>A line about the packed file, where there is one, and a line a warning.</summary>
    public override string ToString()
    {
        var lines = new List<string>();
        if (PackedFile != PackedFileUse.None)
        {
            string use = PackedFile switch
            {
                PackedFileUse.Used => "used",
                PackedFileUse.Written => "written",
                _ => "not used: " + PackedFileReason,
            };
            lines.Add($"packed file {PackedFilePath}: {use}");
        }

        lines.AddRange(Warnings.Select(warning => "warning: " + warning));
        return lines.Count == 0 ? "nothing to report" : string.Join('\n', lines);
    }
}
