using GradCam.NetTool;
using Terminal;

// No command has a place to stop at and leave something useful: what was being written is deleted.
using var interruption = new Interruption(stopping: null);
return await NetCommand.RunAsync(args, Console.Out, Console.Error);
