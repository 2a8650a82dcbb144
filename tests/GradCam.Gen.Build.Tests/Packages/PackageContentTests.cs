using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GradCam.Gen.Build.Tests.Packages;

/// <summary>What is in the packages, before anybody uses them.</summary>
public sealed partial class PackageContentTests
{
    private static readonly string Feed = Path.Combine(AppContext.BaseDirectory, "feed");

    public static TheoryData<string> Packages =>
        new("GradCam.Gen", "GradCam.Runtime", "GradCam.Imaging", "GradCam.Imaging.Skia", "GradCam.ImageSharp", "GradCam.Gen.Templates");

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_says_what_it_is_and_reads_well(string id)
    {
        using ZipArchive package = Open(id + ".0.1.0.nupkg");
        XElement metadata = XDocument.Load(Read(package, id + ".nuspec")).Root!.Elements().Single();
        string Value(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        Assert.Equal((id, "0.1.0", "MIT"), (Value("id"), Value("version"), Value("license")));
        Assert.True(Value("description").Length > 40 && Value("tags").Split(' ').Contains("grad-cam"));
        Assert.StartsWith("https://", Value("projectUrl"), StringComparison.Ordinal);
        Assert.InRange(package.GetEntry(Value("icon"))!.Length, 100, 20_000);

        using var reader = new StreamReader(Read(package, Value("readme")));
        string page = reader.ReadToEnd();
        Assert.StartsWith($"# {id}\n", page, StringComparison.Ordinal);
        Assert.All(Link().Matches(page), link => Assert.StartsWith("https://", link.Groups[1].Value, StringComparison.Ordinal));
        Assert.NotEmpty(Link().Matches(page));
        // Of the links into the repository, what they lead to is there.
        string[] paths = [.. Address().Matches(page).Select(match => match.Groups["path"].Value)];
        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Root, path)), $"{id}: {path}"));

        // Sisters have the same version, as they share internals.
        foreach (XElement dependency in metadata.Descendants().Where(element => element.Name.LocalName == "dependency"))
        {
            if (dependency.Attribute("id")!.Value.StartsWith("GradCam.", StringComparison.Ordinal))
                Assert.Equal("[0.1.0]", dependency.Attribute("version")!.Value);
        }
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Files_are_where_they_belong_and_have_no_time(string id)
    {
        using ZipArchive package = Open(id + ".0.1.0.nupkg");
        Assert.All(package.Entries, entry => Assert.Equal(2000, entry.LastWriteTime.Year));
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.All(
            files.Where(file => file.StartsWith("build", StringComparison.Ordinal)), file => Assert.Contains("/net10.0/", file, StringComparison.Ordinal));
        Assert.All(
            files.Where(file => file.StartsWith("lib/", StringComparison.Ordinal)), file => Assert.StartsWith("lib/net10.0/", file, StringComparison.Ordinal));
        if (id == "GradCam.Gen")
        {
            string[] expected = ["analyzers/dotnet/cs/GradCam.Gen.dll", "tasks/netstandard2.0/GradCam.Gen.Build.dll", "build/net10.0/GradCam.Gen.targets"];
            Assert.Superset(expected.ToHashSet(), files.ToHashSet());
        }
    }

    /// <summary>A template has its network and its photo, and references the packages of its own version.</summary>
    [Theory]
    [InlineData("gradcam", "GradCamApp", "cat.png")]
    [InlineData("gradcam-web", "GradCamWeb", "wwwroot/index.html")]
    public void A_template_is_whole(string template, string project, string other)
    {
        using ZipArchive package = Open("GradCam.Gen.Templates.0.1.0.nupkg");
        string[] expected = ["Program.cs", "photo10.net", "photo10.txt", "photo10.safetensors", ".template.config/template.json", project + ".csproj", other];
        HashSet<string> files = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.All(expected, file => Assert.Contains($"content/{template}/{file}", files));
        XDocument csproj = XDocument.Load(Read(package, $"content/{template}/{project}.csproj"));
        Assert.All(csproj.Descendants("PackageReference"), reference => Assert.Equal("0.1.0", reference.Attribute("Version")!.Value));
    }

    [Theory]
    [InlineData("GradCam.Runtime", "T:GradCam.NetworkSession", "T:GradCam.Explain.Explainer")]
    [InlineData("GradCam.Imaging", "T:GradCam.Imaging.Overlay", "T:GradCam.Imaging.ColorMapTables")]
    [InlineData("GradCam.ImageSharp", "T:GradCam.ImageSharp.SafeDecoding", "T:GradCam.ImageSharp.CheckedDecoder")]
    [InlineData("GradCam.Imaging.Skia", "T:GradCam.Imaging.SkiaPhoto", "T:GradCam.Imaging.Skia.Decoding.PhotoDecoder")]
    public void The_documentation_is_of_what_is_public(string id, string there, string notThere)
    {
        using ZipArchive package = Open(id + ".0.1.0.nupkg");
        string[] members = [.. XDocument.Load(Read(package, $"lib/net10.0/{id}.xml")).Descendants("member").Select(member => member.Attribute("name")!.Value)];
        Assert.Contains(there, members);
        Assert.DoesNotContain(notThere, members);
    }

    /// <summary>The symbols lead to the sources of the commit, where there is one.</summary>
    [SkippableTheory]
    [InlineData("GradCam.Runtime.0.1.0.snupkg", "lib/net10.0/GradCam.Runtime.pdb")]
    [InlineData("GradCam.Imaging.0.1.0.snupkg", "lib/net10.0/GradCam.Imaging.pdb")]
    [InlineData("GradCam.ImageSharp.0.1.0.snupkg", "lib/net10.0/GradCam.ImageSharp.pdb")]
    [InlineData("GradCam.Imaging.Skia.0.1.0.snupkg", "lib/net10.0/GradCam.Imaging.Skia.pdb")]
    public void Symbols_have_the_sources_address(string package, string symbols)
    {
        Skip.If(Repository is null, "The sources are not in a git repository.");
        using ZipArchive archive = Open(package);
        using var bytes = new MemoryStream();
        Read(archive, symbols).CopyTo(bytes);
        string text = System.Text.Encoding.Latin1.GetString(bytes.ToArray());
        Assert.Matches("""\{"documents":\{"/_/\*":"https://raw\.githubusercontent\.com/[^"]*/[0-9a-f]{40}/\*"\}\}""", text);
        Assert.DoesNotContain(AppContext.BaseDirectory, text, StringComparison.Ordinal);
    }

    /// <summary>The folder of the sources, with its git repository; null where there is none.</summary>
    internal static string? Repository => FolderWith(".git");

    private static string Root => FolderWith("GradCam.Gen.sln") ?? throw new InvalidOperationException("The tests do not run within the sources.");

    private static string? FolderWith(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !Path.Exists(Path.Combine(folder.FullName, name)))
            folder = folder.Parent;
        return folder?.FullName;
    }

    /// <summary>The commit that a package was packed from.</summary>
    internal static string CommitOf(string path)
    {
        using ZipArchive package = ZipFile.OpenRead(path);
        XDocument nuspec = XDocument.Load(Read(package, package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).FullName));
        return nuspec.Descendants().Single(element => element.Name.LocalName == "repository").Attribute("commit")!.Value;
    }

    private static ZipArchive Open(string name) => ZipFile.OpenRead(Path.Combine(Feed, name));

    private static MemoryStream Read(ZipArchive package, string name)
    {
        var copy = new MemoryStream();
        using (Stream stream = package.GetEntry(name)!.Open())
            stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }

    [GeneratedRegex(@"\]\(https://(github\.com/gradcam-gen/gradcam-gen/blob|raw\.githubusercontent\.com/gradcam-gen/gradcam-gen)/v0\.1\.0/(?<path>[^)#]+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
