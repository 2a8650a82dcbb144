using Explain;
using GradCam.Gen.Tool.Commands;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Terminal;

// Explain with a network of your own: declare it as Photo10.cs does, and name it here.
var network = new BuiltInNetwork<Photo10>(Photo10.LoadEmbedded);
using var interruption = new Interruption(Interruption.AfterThisPhoto);
return interruption.ExitCodeOf(await ExplainCommand.RunAsync(network, args, Console.Out, Console.Error, cancellation: interruption.Token));
