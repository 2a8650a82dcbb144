using GradCam;
using GradCam.Imaging;

string path = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "cat.png");
using var net = Photo10.LoadEmbedded();              // shared by all threads
using var session = net.CreateSession();             // the workspace: one a thread
Photo photo = Photo.Decode(path);
session.Forward(photo);
foreach (Prediction prediction in session.GetTop(3))
    Console.WriteLine($"{100 * prediction.Probability,5:0.0} %  {prediction.ClassName}");

Heatmap why = session.GradCam(session.GetBest());    // or Photo10.Class.Cat: checked by the compiler
Overlay.Draw(photo, why).SavePng("why.png");
Console.WriteLine($"why.png: what speaks for {why.ClassName}");

// Ten kinds of photos, 32x32. A network of your own: put model.onnx and labels.txt beside this file and declare
//     [Network("model.onnx", Labels = "labels.txt")]
//     [GradCam("layer4")]
//     public sealed partial class Model;
// Load() takes its weights from beside the app. `gradcam inspect model.onnx` lists its layers (dotnet tool install --global GradCam.Gen.Tool).
[Network("photo10.net", Weights = "photo10.safetensors")]
[GradCam("layer3")]
public sealed partial class Photo10;
