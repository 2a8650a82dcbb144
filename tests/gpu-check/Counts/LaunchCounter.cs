using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using GradCam.Gpu.Kernels;
using GradCam.GpuCheck.Ptx;
using ILGPU;

namespace GradCam.GpuCheck.Counts;

/// <summary>Counts launches, in place of running them. Those that are alike but for the addresses of their memory are counted once.</summary>
internal sealed class LaunchCounter
{
    private readonly Dictionary<string, LaunchCounts> _known = [];

    /// <summary>The launches, in their order.</summary>
    public List<LaunchCounts> Launches { get; } = [];

    /// <summary>Counts a launch.</summary>
    public void Count(PtxLaunch launch)
    {
        string kernel = NameOf(launch.Source.Method);
        string key = string.Join(' ', [kernel, .. launch.Groups, .. launch.Arguments.Select(Describe)]);
        if (!_known.TryGetValue(key, out LaunchCounts? counts))
            _known[key] = counts = LaunchCounts.Of(launch, kernel, OutputOf(launch), ArenaOf(launch));
        Launches.Add(counts);
    }

    private static string NameOf(MethodInfo method)
    {
        string type = method.DeclaringType!.Name.Replace("Kernel", "", StringComparison.Ordinal);
        string name = method.Name == "Run" ? type : $"{type}.{method.Name}";
        Type[] types = method.GetGenericArguments();
        return types.Length == 0 ? name : $"{name}<{string.Join(' ', types.Select(type => type.Name.Split('`')[0]))}>";
    }

    /// <summary>A view's length, a structure's bytes.</summary>
    private static string Describe(object argument)
    {
        if (argument.GetType() is { IsGenericType: true } type)
            return string.Create(CultureInfo.InvariantCulture, $"[{type.GetProperty(nameof(ArrayView<int>.Length))!.GetValue(argument)}]");

        var method = typeof(LaunchCounter).GetMethod(nameof(BytesOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(argument.GetType());
        return (string)method.Invoke(null, [argument])!;
    }

    private static string BytesOf<T>(T structure)
        where T : unmanaged => Convert.ToHexString(MemoryMarshal.AsBytes(new Span<T>(ref structure)));

    private static string OutputOf(PtxLaunch launch) =>
        FieldOf<MapArgs>(launch, "Output") is { } map ? string.Create(CultureInfo.InvariantCulture, $"{map.Height}x{map.Width}x{map.Channels}") : "";

    private static ArenaPlace ArenaOf(PtxLaunch launch) =>
        FieldOf<SampleArgs>(launch, "Samples") is { } samples ? new(launch.Memory[0].Start, (ulong)samples.Stride * sizeof(float), samples.Count) : default;

    private static T? FieldOf<T>(PtxLaunch launch, string name)
        where T : struct
    {
        foreach (object argument in launch.Arguments)
        {
            // Winograd's arguments have the convolution's among them.
            object?[] structures = [argument, argument.GetType().GetField("Convolution")?.GetValue(argument)];
            foreach (object? structure in structures)
            {
                if (structure?.GetType().GetField(name)?.GetValue(structure) is T value)
                    return value;
            }
        }

        return null;
    }
}
