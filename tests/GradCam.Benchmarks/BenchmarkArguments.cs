using System.Globalization;

namespace GradCam.Benchmarks;

/// <summary>What the verbs that time networks are called with: <c>[network ...] [--threads 1,2] [--rounds N] [--no-winograd] [--half] [--layer N]
/// [--best]</c>.</summary>
/// <param name="Networks">The networks named.</param>
/// <param name="Threads">Numbers of threads.</param>
/// <param name="Rounds">Rounds.</param>
/// <param name="Options">How networks are loaded.</param>
/// <param name="Layer">Which of a network's layers is explained, from 0.</param>
/// <param name="Best">Whether the shortest times count, not the medians.</param>
internal sealed record BenchmarkArguments(IReadOnlyList<string> Networks, int[] Threads, int Rounds, CpuOptions Options, int Layer, bool Best)
{
    /// <summary>The number that follows a name; another one where it does not.</summary>
    public static int Number(string[] arguments, string name, int otherwise) =>
        Array.IndexOf(arguments, name) is >= 0 and int at && at + 1 < arguments.Length
            ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture)
            : otherwise;

    public static BenchmarkArguments Parse(string[] arguments, int rounds, params int[] threads)
    {
        var names = new List<string>();
        var options = new CpuOptions();
        int layer = 0;
        bool best = false;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--threads":
                    threads = [.. arguments[++i].Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
                    break;
                case "--rounds":
                    rounds = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--no-winograd":
                    options = options with { UseWinograd = false };
                    break;
                case "--half":
                    options = options with { LinearPrecision = LinearPrecision.Half };
                    break;
                case "--layer":
                    layer = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--best":
                    best = true;
                    break;
                case "--networks":
                    break;
                default:
                    names.AddRange(arguments[i].Split(','));
                    break;
            }
        }

        return new BenchmarkArguments(names, threads, rounds, options, layer, best);
    }
}
