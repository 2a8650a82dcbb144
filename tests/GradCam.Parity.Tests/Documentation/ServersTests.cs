using GradCam.Imaging;
using Microsoft.AspNetCore.Builder;

namespace GradCam.Parity.Tests.Documentation;

/// <summary>The page about servers does what it says: many requests at once, each with the right answer.</summary>
public sealed class ServersTests
{
    [Fact]
    public async Task Requests_are_explained_all_alike()
    {
        var golden = GoldenFile.Load("photo10_chelsea");
        var photo = new Photo(new ImageView(golden.Pixels, 32, 32, PixelFormat.Rgb24));
        using var file = new MemoryStream();
        photo.WritePng(file);
        await using WebApplication app = Servers.Build(["--urls", "http://127.0.0.1:0"]);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        byte[][] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var body = new ByteArrayContent(file.ToArray());
            using HttpResponseMessage response = await client.PostAsync(new Uri("/explain", UriKind.Relative), body);
            Assert.Contains("Cat", response.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
            return await response.Content.ReadAsByteArrayAsync();
        }));
        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Equal(32, Photo.Decode(answers[0]).Width);

        using var noPhoto = new ByteArrayContent("no photo"u8.ToArray());
        using HttpResponseMessage refusal = await client.PostAsync(new Uri("/explain", UriKind.Relative), noPhoto);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refusal.StatusCode);
        Assert.Contains("the photo: expected a JPEG", await refusal.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rented_session_explains_as_any_other()
    {
        var golden = GoldenFile.Load("photo10_chelsea");
        var photo = new Photo(new ImageView(golden.Pixels, 32, 32, PixelFormat.Rgb24));
        using Photo10 net = Photo10.Load();
        using Photo10.Session session = net.CreateSession();
        Assert.Equal(session.GradCam(photo, Photo10.Class.Cat).ResizeToPhoto(), Servers.Rent(net, photo));
        Servers.Log(net);
    }
}
