using GradCam.Gen.Tool.Reports;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Explain;

/// <summary>The raw map's file format.</summary>
internal enum RawFormat
{
    None,
    Csv,
    Npy,
}

/// <summary>What the command line asks for.</summary>
internal sealed record Settings
{
    /// <summary>Files and folders; empty for the photo that comes with the program.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>True to walk the folders' subfolders too.</summary>
    public bool Recursive { get; init; }

    /// <summary>Index of the class to explain; null for each photo's best one.</summary>
    public int? ClassIndex { get; init; }

    /// <summary>One of <see cref="NetworkInfo.Layers"/>.</summary>
    public required string Layer { get; init; }

    public IExplanationMethod Method { get; init; } = CamMethod.GradCam;

    /// <summary>What methods are told: where random numbers begin, of those that take some.</summary>
    public ExplainOptions Options { get; init; } = new();

    public bool Counterfactual { get; init; }

    public OverlayOptions Overlay { get; init; } = new();

    public bool SideBySide { get; init; }

    public RawFormat Raw { get; init; }

    /// <summary>True to write what the explanation was made of.</summary>
    public bool IsWithManifest { get; init; }

    /// <summary>True to compute the same bits on every machine.</summary>
    public bool IsReproducible { get; init; }

    /// <summary>The devices that share the photos; none for the CPU.</summary>
    public IReadOnlyList<NetworkOptions> Devices { get; init; } = [];

    /// <summary>A page of all photos; null for none.</summary>
    public ReportSettings? Report { get; init; }

    /// <summary>Whether photos get files of their own: a report is instead of them, unless the command line asks for both.</summary>
    public bool WritesFiles => Report is null || Out is not null || SideBySide || Raw != RawFormat.None || IsWithManifest;

    /// <summary>A folder, or a .png file for one photo; null for beside each photo.</summary>
    public string? Out { get; init; }

    public int Top { get; init; } = 5;

    public PhotoOptions Decoding { get; init; } = new();
}
