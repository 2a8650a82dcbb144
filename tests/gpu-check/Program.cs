using GradCam.GpuCheck;
using GradCam.GpuCheck.Checks;
using GradCam.GpuCheck.Counts;

if (CheckArguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine("Usage: gpu-check [--small] [--simulator | --ptx | --opencl] [--seconds N]");
    Console.Error.WriteLine("           [--only first,conformance,networks,golden,maps,memory,sessions,photos,times,torch]");
    Console.Error.WriteLine("       gpu-check --counts NETWORK [--batch N] [--precision full|tensorfloat32|half]");
    Console.Error.WriteLine("  --small      a few cases and the smallest networks, for a rehearsal");
    Console.Error.WriteLine("  --simulator  ILGPU's CPU accelerator in place of a GPU");
    Console.Error.WriteLine("  --ptx        the same, with the assembly for an H100, executed by software: minutes a network");
    Console.Error.WriteLine("  --opencl     an OpenCL device in place of a CUDA one");
    Console.Error.WriteLine("  --seconds N  what has not begun by then is left out; 450 by default");
    Console.Error.WriteLine("  --counts     what a network's launches make an H100 execute, counted without a GPU; of a batch of 64 by default");
    return 2;
}

if (arguments.Counts is { } counted)
    return CountsReport.Print(counted, arguments.Batch, arguments.Precision, Console.Out);

var report = new Report(TimeSpan.FromSeconds(arguments.Seconds));
report.Run("device", () => DeviceCheck.Run(arguments, report));
if (report.HasFailed)
    return report.End();
(string Name, Action<CheckArguments, Report> Check)[] checks =
[
    ("first", FirstResultCheck.Run),
    ("conformance", ConformanceCheck.Run),
    ("times", TimesCheck.Run),
    ("torch", TorchCheck.Run),
    ("golden", GoldenCheck.Run),
    ("maps", MapsCheck.Run),
    ("memory", MemoryCheck.Run),
    ("sessions", SessionsCheck.Run),
    ("networks", NetworksCheck.Run),
    ("photos", PhotosCheck.Run),
];
foreach ((string name, Action<CheckArguments, Report> check) in checks)
{
    if (arguments.Only.Count == 0 || arguments.Only.Contains(name))
        report.Run(name, () => check(arguments, report));
}

return report.End();
