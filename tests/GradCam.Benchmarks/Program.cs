using GradCam.Benchmarks;

switch (args)
{
    case ["kernels", .. string[] rest]:
        return KernelTable.Run(rest);
    default:
        Console.Error.WriteLine("Usage: kernels [network ...] [--threads N] [--rounds N] [--no-winograd]");
        return 1;
}
