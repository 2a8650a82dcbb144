using System.Text.RegularExpressions;
using Microsoft.Build.Framework;

namespace GradCam.Packaging;

/// <summary>Copies a page with the addresses that its relative links have in the repository: a package's page is read elsewhere.</summary>
public sealed partial class WritePackageReadme : Microsoft.Build.Utilities.Task
{
    /// <summary>The page.</summary>
    [Required]
    public string Source { get; set; } = "";

    /// <summary>Where the copy goes.</summary>
    [Required]
    public string Destination { get; set; } = "";

    /// <summary>The repository's folder.</summary>
    [Required]
    public string Root { get; set; } = "";

    /// <summary>The repository's address.</summary>
    [Required]
    public string RepositoryUrl { get; set; } = "";

    /// <summary>The tag or branch whose files are meant.</summary>
    [Required]
    public string Revision { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(Source))!;
        string text = Link().Replace(File.ReadAllText(Source), match => Absolute(match, folder));
        Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
        File.WriteAllText(Destination, text);
        return !Log.HasLoggedErrors;
    }

    private string Absolute(Match link, string folder)
    {
        string target = link.Groups["target"].Value;
        if (target.StartsWith('#') || target.Contains("://", StringComparison.Ordinal))
            return link.Value;
        string[] parts = target.Split('#', 2);
        string path = Path.GetFullPath(Path.Combine(folder, parts[0]));
        if (!Path.Exists(path))
            Log.LogError("{0}: there is no {1}.", Source, target);
        string address = Path.GetRelativePath(Root, path).Replace('\\', '/') + (parts.Length > 1 ? "#" + parts[1] : "");
        bool isPicture = link.Groups["picture"].Length > 0;
        string prefix = isPicture
            ? RepositoryUrl.Replace("https://github.com/", "https://raw.githubusercontent.com/", StringComparison.Ordinal)
            : RepositoryUrl + "/blob";
        return $"{link.Groups["picture"].Value}[{link.Groups["text"].Value}]({prefix}/{Revision}/{address})";
    }

    [GeneratedRegex(@"(?<picture>!?)\[(?<text>[^\]]*)\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
