using System.Globalization;
using GradCam.GpuCheck.Timing;

namespace GradCam.Benchmarks;

/// <summary>
/// Times Grad-CAM at the last layer on a GPU, from photos' pixels to heatmaps on the host: <c>-- gpu [NETWORK ...] [--batch 1,8,64] [--precision Full,...]
/// [--graphs] [--seconds S] [--simulator]</c>. tests/gpu-check/torch_gradcam.py times PyTorch's on the same device.
/// </summary>
internal static class GpuTable
{
    public static int Run(string[] arguments)
    {
        int[] batches = [1, 8, 64];
        GpuPrecision[] precisions = [GpuPrecision.Full];
        var options = new GpuOptions();
        double seconds = 1;
        var names = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--batch":
                    batches = [.. arguments[++i].Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
                    break;
                case "--precision":
                    precisions = [.. arguments[++i].Split(',').Select(text => Enum.Parse<GpuPrecision>(text, ignoreCase: true))];
                    break;
                case "--graphs":
                    options = options with { UseGraphs = true };
                    break;
                case "--seconds":
                    seconds = double.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--simulator":
                    options = options with { Kind = GpuKind.Simulator };
                    break;
                default:
                    names.AddRange(arguments[i].Split(','));
                    break;
            }
        }

        IEnumerable<TimedNetwork> networks = names.Count == 0
            ? TimedNetwork.All
            : TimedNetwork.All.Append(TimedNetwork.Tiny).Where(network => names.Contains(network.Name));
        foreach (TimedNetwork network in networks)
        {
            foreach (int batch in batches)
            {
                foreach (GpuPrecision precision in precisions)
                    Console.WriteLine(GpuTimes.Measure(network, options with { Precision = precision }, batch, seconds).Line);
            }
        }

        return 0;
    }
}
