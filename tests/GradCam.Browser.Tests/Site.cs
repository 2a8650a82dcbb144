using System.Net;
using System.Reflection;

namespace GradCam.Browser.Tests;

/// <summary>A static server of the built page, on this machine alone; of a published one where GRADCAM_BROWSER_PAGE names its wwwroot.</summary>
public sealed class Site : IDisposable
{
    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html",
        [".js"] = "text/javascript",
        [".mjs"] = "text/javascript",
        [".css"] = "text/css",
        [".wasm"] = "application/wasm",
        [".json"] = "application/json",
        [".png"] = "image/png",
    };

    private readonly HttpListener _listener = new();
    private readonly string[] _folders;

    /// <param name="page">The page's wwwroot; by default <see cref="Built"/>.</param>
    public Site(string? page = null)
    {
        _folders =
        [
            page ?? Built, Path.Combine(Repository, "samples", "Browser", "wwwroot"), Path.Combine(Repository, "samples", "Explain", "photos"),
            AppContext.BaseDirectory,
        ];
        // A free port: one that was just given.
        using (var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
        {
            socket.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public static string Repository { get; } = Metadata("Repository");

    /// <summary>Where the build puts the runtime and the assemblies.</summary>
    public static string Built { get; } = Environment.GetEnvironmentVariable("GRADCAM_BROWSER_PAGE") is { Length: > 0 } published
        ? Path.GetFullPath(published, Repository)
        : Path.Combine(Repository, "samples", "Browser", "bin", Metadata("Configuration"), "net10.0", "wwwroot");

    public string Address { get; }

    public void Dispose() => _listener.Close();

    private static string Metadata(string key) =>
        typeof(Site).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            string path = context.Request.Url!.AbsolutePath.TrimStart('/');
            string? file = _folders.Select(folder => Path.Combine(folder, path.Length == 0 ? "index.html" : path)).FirstOrDefault(File.Exists);
            using HttpListenerResponse response = context.Response;
            try
            {
                if (path == "probe.html")
                {
                    response.ContentType = "text/html";
                    response.OutputStream.Write("<!DOCTYPE html><link rel=\"icon\" href=\"data:,\"><title>probe</title>"u8);
                }
                else if (file is null)
                {
                    response.StatusCode = 404;
                }
                else
                {
                    response.ContentType = Types.GetValueOrDefault(Path.GetExtension(file), "application/octet-stream");
                    await response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(file));
                }
            }
            catch (HttpListenerException)
            {
                // The browser went away.
            }
        }
    }
}
