using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace GradCam.Gen.Tool.Reports;

/// <summary>The page around a report's data: report.html with report.css and report.js in their places.</summary>
/// <param name="BeforeData">What stands before the data.</param>
/// <param name="AfterData">What stands behind it.</param>
internal sealed record ReportTemplate(string BeforeData, string AfterData)
{
    private const string Data = "{{data}}";

    /// <summary>Fills the page's places.</summary>
    /// <param name="title">The page's title, any text.</param>
    public static ReportTemplate Create(string title)
    {
        string style = Read("report.css"), script = Read("report.js");
        // Nothing is loaded, sent or run but what stands in the page: https://www.w3.org/TR/CSP3/
        string policy = $"default-src 'none'; img-src data:; style-src {Hash(style)}; script-src {Hash(script)}; base-uri 'none'; form-action 'none'";
        string page = Read("report.html")
            .Replace("{{policy}}", policy, StringComparison.Ordinal)
            .Replace("{{style}}", style, StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal);
        int data = page.IndexOf(Data, StringComparison.Ordinal);
        // Last: a title may have braces, too.
        string before = page[..data].Replace("{{title}}", WebUtility.HtmlEncode(title), StringComparison.Ordinal);
        return new ReportTemplate(before, page[(data + Data.Length)..]);
    }

    private static string Hash(string content) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";

    private static string Read(string name)
    {
        using Stream stream = typeof(ReportTemplate).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        using var reader = new StreamReader(stream);
        // Browsers read CR LF as LF, and the hashes are of what they read.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
