using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using GradCam;
using GradCam.Contract;
using GradCam.SameBits;

// Hashes of all that is computed with ReproducibleCpuOptions: [THREADS [NETWORK...]]. A network's last line is of all its lines, and must be in hashes.txt,
// whatever the machine. "Reruns" are the methods that run a network again and again.
int threads = args.Length > 0 ? int.Parse(args[0]) : 1;
string vectors = $"vectors of {8 * Vector<byte>.Count} bits{(Vector.IsHardwareAccelerated ? "" : " in software")}{(Fma.IsSupported ? " with FMA" : "")}";
Console.WriteLine($"{RuntimeInformation.ProcessArchitecture}, {vectors}, {threads} thread(s)");
var options = new ReproducibleCpuOptions { Threads = threads };
using var resource = new StreamReader(typeof(NetworkHashes).Assembly.GetManifestResourceStream("hashes.txt")!);
string[] expected = resource.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
int differing = 0;

if (IsWanted(nameof(Photo10)))
{
    using Photo10 network = Photo10.LoadEmbedded(options);
    using Photo10.Session session = network.CreateSession();
    var hashes = new NetworkHashes(nameof(Photo10), session);
    hashes.Forward(seed: 1);
    hashes.Explain(reruns: false);
    hashes.Forward(640, 480, PixelFormat.Rgba32);
    hashes.Forward(31, 47, PixelFormat.Bgr24);
    hashes.Forward(33, 20, PixelFormat.Gray8);
    hashes.Degenerate();
    Print(nameof(Photo10), hashes);
}

Random<Random175>();
Random<Random114>();
Random<Random217>();
Random<Random105>();
Random<Random109>();
Random<Random127>();
Random<Random168>();
Random<Random236>();
Random<Random140>();
Random<Random144>();
Random<Random270>();
Random<Random303>();
Reruns<Random114>();
Reruns<Random109>();
Console.WriteLine(differing == 0 ? "the same bits" : $"{differing} network(s) with other bits");
return differing == 0 ? 0 : 1;

bool IsWanted(string network) => args.Length < 2 || args.AsSpan(1).Contains(network);

void Random<TNetwork>()
    where TNetwork : INetwork => Run<TNetwork>(typeof(TNetwork).Name, hashes =>
    {
        hashes.Forward(seed: 2);
        hashes.Explain(reruns: false);
        if (TNetwork.Info.Input.Channels is 1 or 3)
            hashes.Forward(50, 37, PixelFormat.Rgb24);
        hashes.Degenerate();
    });

void Reruns<TNetwork>()
    where TNetwork : INetwork => Run<TNetwork>($"{typeof(TNetwork).Name}Reruns", hashes =>
    {
        hashes.Forward(seed: 4);
        hashes.Explain(reruns: true);
        hashes.Attribute(seed: 3);
    });

void Run<TNetwork>(string name, Action<NetworkHashes> run)
    where TNetwork : INetwork
{
    if (!IsWanted(name))
        return;
    using Model model = options.Backend.Prepare<TNetwork>(new PlainWeights(TNetwork.Info), options);
    using var session = new NetworkSession(model.CreateExecutor());
    var hashes = new NetworkHashes(name, session);
    run(hashes);
    Print(name, hashes);
}

void Print(string network, NetworkHashes hashes)
{
    var all = new Fingerprint();
    foreach ((string name, string hash) in hashes.Lines)
    {
        Console.WriteLine($"{name} {hash}");
        all.Add(name);
        all.Add(hash);
    }

    string line = $"{network} all {all}";
    differing += expected.Contains(line) ? 0 : 1;
    Console.WriteLine(line);
}
