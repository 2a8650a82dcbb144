using System.Globalization;
using GradCam.GpuCheck.Ptx;

namespace GradCam.GpuCheck;

/// <summary>What the program was called with.</summary>
/// <param name="IsSmall">A few cases, for a rehearsal.</param>
/// <param name="Kind">The kind of device: CUDA, if nothing is said.</param>
/// <param name="IsPtx">Whether NVIDIA's assembly is executed by a machine of software.</param>
/// <param name="Seconds">What has not begun by then is left out.</param>
/// <param name="Only">The checks to run; all if none is named.</param>
internal sealed record CheckArguments(bool IsSmall, GpuKind Kind, bool IsPtx, int Seconds, IReadOnlyList<string> Only)
{
    /// <summary>A network whose launches are counted, in place of all checks.</summary>
    public string? Counts { get; private init; }

    /// <summary>Photos that run together there.</summary>
    public int Batch { get; private init; } = 64;

    /// <summary>The precision there.</summary>
    public GpuPrecision Precision { get; private init; }

    /// <summary>Of the eight minutes that a machine may be lent for.</summary>
    private const int DefaultSeconds = 450;

    /// <summary>How networks are loaded.</summary>
    public GpuOptions Options => IsPtx ? PtxDevice.Options : new() { Kind = Kind };

    /// <summary>Reads arguments.</summary>
    /// <returns>Null where they make no sense.</returns>
    public static CheckArguments? Parse(string[] arguments)
    {
        var parsed = new CheckArguments(false, GpuKind.Cuda, false, DefaultSeconds, []);
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--small":
                    parsed = parsed with { IsSmall = true };
                    break;
                case "--simulator":
                    parsed = parsed with { Kind = GpuKind.Simulator };
                    break;
                case "--ptx":
                    parsed = parsed with { Kind = GpuKind.Simulator, IsPtx = true };
                    break;
                case "--opencl":
                    parsed = parsed with { Kind = GpuKind.OpenCL };
                    break;
                case "--seconds" when i + 1 < arguments.Length && int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out int seconds):
                    parsed = parsed with { Seconds = seconds };
                    i++;
                    break;
                case "--counts" when i + 1 < arguments.Length:
                    parsed = parsed with { Counts = arguments[++i] };
                    break;
                case "--batch" when i + 1 < arguments.Length && int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out int batch) && batch > 0:
                    parsed = parsed with { Batch = batch };
                    i++;
                    break;
                case "--precision" when i + 1 < arguments.Length && Enum.TryParse(arguments[i + 1], ignoreCase: true, out GpuPrecision precision):
                    parsed = parsed with { Precision = precision };
                    i++;
                    break;
                case "--only" when i + 1 < arguments.Length:
                    parsed = parsed with { Only = arguments[++i].Split(',') };
                    break;
                default:
                    return null;
            }
        }

        return parsed;
    }
}
