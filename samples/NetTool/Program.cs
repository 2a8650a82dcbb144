using System.CommandLine;
using GradCam.NetTool;

var root = new RootCommand("Net specs, their weights and ONNX files.")
{
    ImportCommand.Create(),
    InspectCommand.Create(),
    ExportCommand.Create(),
};
return root.Parse(args).Invoke();
