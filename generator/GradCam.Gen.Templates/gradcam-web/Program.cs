using System.Globalization;
using GradCam;
using GradCam.Imaging;
using Microsoft.AspNetCore.RateLimiting;

var builder = WebApplication.CreateBuilder(args);
// One network for the process. One thread a session, since the requests keep the cores busy already, and no more requests at work than there are cores.
builder.Services.AddSingleton(_ => Photo10.LoadEmbedded(new CpuOptions { Threads = 1 }));
builder.Services.AddRateLimiter(limiter => limiter.AddConcurrencyLimiter("cores", options =>
{
    options.PermitLimit = Environment.ProcessorCount;
    options.QueueLimit = 1000;
}));
WebApplication app = builder.Build();
app.UseRateLimiter();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapPost("/explain", async (HttpRequest request, HttpResponse response, Photo10 net, CancellationToken cancelled) =>
{
    using var file = new MemoryStream();
    await request.Body.CopyToAsync(file, cancelled);
    Photo photo;
    try
    {
        photo = Photo.Decode(file.ToArray(), "the photo", new PhotoOptions { MaxPixels = 50_000_000 });
    }
    catch (PhotoException exception)
    {
        return Results.BadRequest(exception.Message);
    }

    using RentedSession<Photo10.Session> rented = net.RentSession();
    rented.Session.Forward(photo);
    Prediction best = rented.Session.GetTop(1)[0];
    using var png = new MemoryStream();
    Overlay.Draw(photo, rented.Session.GradCam((Photo10.Class)best.ClassIndex)).WritePng(png);
    response.Headers["X-Class"] = Uri.EscapeDataString(best.ClassName);
    response.Headers["X-Probability"] = best.Probability.ToString("0.000", CultureInfo.InvariantCulture);
    return Results.File(png.ToArray(), "image/png");
}).RequireRateLimiting("cores");
app.Run();

// Ten kinds of photos, 32x32. A network of your own: put model.onnx and labels.txt beside this file and declare
//     [Network("model.onnx", Labels = "labels.txt")]
//     [GradCam("layer4")]
//     public sealed partial class Model;
[Network("photo10.net", Weights = "photo10.safetensors")]
[GradCam("layer3")]
public sealed partial class Photo10;
