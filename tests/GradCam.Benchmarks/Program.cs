using GradCam.Benchmarks;

switch (args)
{
    case ["costs", .. string[] rest]:
        return CostTable.Run(rest);
    case ["evaluate", .. string[] rest]:
        return EvaluationCost.Run(rest);
    case ["gpu", .. string[] rest]:
        return GpuTable.Run(rest);
    case ["guard"]:
        return GuardCost.Run();
    case ["hashes", .. string[] rest]:
        return Hashes.Run(rest);
    case ["kernels", .. string[] rest]:
        return KernelTable.Run(rest);
    case ["layers", .. string[] rest]:
        return LayerTimes.Run(rest);
    case ["load", .. string[] rest]:
        return LoadTimes.Run(rest);
    case ["memory", .. string[] rest]:
        return MemoryTable.Run(rest);
    case ["micro", .. string[] rest]:
        KernelBenchmarks.RunAll(rest);
        return 0;
    case ["peers", .. string[] rest]:
        return Peers.Run(rest);
    case ["reproducible", .. string[] rest]:
        return ReproducibleCost.Run(rest);
    default:
        Console.Error.WriteLine("Usage: peers [network ...] [--threads 1,2] [--rounds N] [--no-winograd] [--half] [--layer N] [--best]");
        Console.Error.WriteLine("       costs [--rounds N] [--long]");
        Console.Error.WriteLine("       evaluate [--photos N]");
        Console.Error.WriteLine("       hashes [network ...]");
        Console.Error.WriteLine("       kernels [network ...] [--threads N] [--rounds N] [--no-winograd]");
        Console.Error.WriteLine("       layers NETWORK ... [--threads N] [--rounds N] [--no-winograd]");
        Console.Error.WriteLine("       load [network ...] [--rounds N] [--all-layers]");
        Console.Error.WriteLine("       memory [network ...] [--peer] [--no-winograd] [--threads N]");
        Console.Error.WriteLine("       gpu [network ...] [--batch 1,8,64] [--precision Full,TensorFloat32,Half] [--graphs] [--seconds S] [--simulator]");
        Console.Error.WriteLine("       guard");
        Console.Error.WriteLine("       reproducible [network ...] [--threads 1,2] [--rounds N] [--best]");
        Console.Error.WriteLine("       micro [BenchmarkDotNet's options]");
        return 1;
}
