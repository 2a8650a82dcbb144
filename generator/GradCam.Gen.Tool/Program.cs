using GradCam.Gen.Tool;
using GradCam.Gen.Tool.Terminal;

var tool = new GradCamTool();
using var interruption = new Interruption(tool.Stopping(args));
return interruption.ExitCodeOf(await tool.RunAsync(args, Console.Out, Console.Error, interruption.Token));
