using System.CommandLine;
using GradCam.NetTool;

var root = new RootCommand("Net specs, their weights and ONNX files.")
{
    ImportCommand.Create(),
};
return root.Parse(args).Invoke();
