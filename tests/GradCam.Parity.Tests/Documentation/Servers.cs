using GradCam.Imaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace GradCam.Parity.Tests.Documentation;

/// <summary>The C# of SERVERS.md, line by line.</summary>
internal static class Servers
{
    public static float[] Rent(Photo10 net, Photo photo)
    {
        using RentedSession<Photo10.Session> rented = net.RentSession();
        Heatmap why = rented.Session.GradCam(photo, Photo10.Class.Cat);
        float[] map = why.ResizeToPhoto();
        return map;
    }

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddSingleton(_ => Photo10.Load(options: new CpuOptions { Threads = 1 }));
        builder.Services.AddRateLimiter(limiter => limiter.AddConcurrencyLimiter("cores", options =>
        {
            options.PermitLimit = Environment.ProcessorCount;
            options.QueueLimit = 1000;
        }));
        WebApplication app = builder.Build();
        app.UseRateLimiter();
        app.MapPost("/explain", async (Stream body, Photo10 net, CancellationToken cancelled) =>
        {
            using var file = new MemoryStream();
            await body.CopyToAsync(file, cancelled);
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
            Photo10.Class best = rented.Session.GetBest();
            using var png = new MemoryStream();
            Overlay.Draw(photo, rented.Session.GradCam(best)).WritePng(png);
            return Results.File(png.ToArray(), "image/png", $"{best}.png");
        }).RequireRateLimiting("cores");
        return app;
    }

    public static void Log(Photo10 net)
    {
        Console.WriteLine(net.LoadReport);
    }
}
