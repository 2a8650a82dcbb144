using System.CommandLine;
using System.Globalization;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;
using Spectre.Console;

namespace GradCam.Gen.Tool.Commands;

/// <summary><c>gradcam verify MANIFEST PHOTO</c>: makes an explanation again and compares.</summary>
internal sealed class VerifyCommand
{
    /// <summary>Of the map's largest magnitude: what another order of sums, on another instruction set, may change.</summary>
    private const double Tolerance = 1e-4;

    private const string Help = """
        Examples:
          gradcam explain cat.jpg --manifest         cat.gradcam.png and cat.gradcam.json
          gradcam verify cat.gradcam.json cat.jpg    the same photo, network and map?

        On the instruction set that the manifest names every bit must be the same. On another one sums have another order: the map
        may then differ by 1e-4 of its largest value, which is said. What explain --reproducible made must be the same on every
        machine, to the last bit, and is made again in that way.

        Exit codes:
          0    the explanation is the same, or as near as another instruction set allows
          1    it is not, or a file could not be read; the message says what differs
          2    the command line, or the manifest, asks for what there is not (layer, method, class)
          3    the network could not be loaded
          130  stopped by Ctrl+C (143: by SIGTERM)
        """;

    private readonly INetworkSource _networks;
    private readonly Argument<string> _manifest = new("MANIFEST") { Description = "What explain --manifest wrote." };
    private readonly Argument<string> _photo = new("PHOTO") { Description = "The photo." };

    private VerifyCommand(INetworkSource networks) => _networks = networks;

    /// <summary>Makes the command.</summary>
    /// <param name="networks">The networks that it can take.</param>
    public static ToolCommand CreateFor(INetworkSource networks)
    {
        var verify = new VerifyCommand(networks);
        var command = new Command("verify", "Makes an explanation again and compares it with its manifest.") { verify._manifest, verify._photo };
        networks.AddTo(command);
        command.SetAction(verify.Run);
        return new ToolCommand(command, Help);
    }

    private int Run(ParseResult result)
    {
        TextWriter errors = result.InvocationConfiguration.Error;
        try
        {
            NetFiles.MustExist(new FileInfo(result.GetRequiredValue(_manifest)));
            NetFiles.MustExist(new FileInfo(result.GetRequiredValue(_photo)));
            ExplanationManifest manifest = ExplanationManifest.Load(result.GetRequiredValue(_manifest));
            Photo photo = Photo.Decode(result.GetRequiredValue(_photo));
            return Verify(manifest, photo, result);
        }
        catch (NetworkException exception)
        {
            errors.WriteLine(Printable.Message(exception.Message));
            return ExitCode.Network;
        }
        catch (Exception exception) when (exception is FileException or IOException or UnauthorizedAccessException or FormatException or PhotoException)
        {
            errors.WriteLine(Printable.Message(exception.Message));
            return ExitCode.Failed;
        }
    }

    private int Verify(ExplanationManifest manifest, Photo photo, ParseResult result)
    {
        IExplanationMethod method = Method(manifest);
        using ChosenNetwork chosen = _networks.Choose(
            result, method is InputMethod ? [] : [manifest.Layer], MethodNames.NeedsInputGradient(method));
        if (manifest.ClassIndex < 0 || manifest.ClassIndex >= chosen.Info.Logits.Channels)
            throw new UsageException($"The manifest explains class {manifest.ClassIndex}; {chosen.Name} has 0 to {chosen.Info.Logits.Channels - 1}.");
        using ILoadedNetwork network = chosen.Load(manifest.IsReproducible ? new ReproducibleCpuOptions() : null);
        using NetworkSession session = network.CreateSession();
        session.Forward(photo);
        var options = new ExplainOptions { Seed = manifest.Seed };
        ExplainedMap map;
        try
        {
            map = ExplainedMap.Make(session, photo, manifest.ClassIndex, chosen.Layers[0], method, options, manifest.IsCounterfactual);
        }
        catch (NotSupportedException exception)
        {
            throw new UsageException(exception.Message);
        }

        ExplanationManifest found = NetworkFiles.Of(chosen).Describe(session, map, photo, options);
        return Report(manifest, found, result.InvocationConfiguration.Output);
    }

    /// <exception cref="UsageException">The manifest's method is none that can be made of its words.</exception>
    private static IExplanationMethod Method(ExplanationManifest manifest)
    {
        try
        {
            return ExplanationMethods.Parse(manifest.Parameters.Length == 0 ? manifest.Method : $"{manifest.Method}({manifest.Parameters})");
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"The manifest's method is '{manifest.Method}' ({manifest.Parameters}): {exception.Message}");
        }
    }

    private static int Report(ExplanationManifest manifest, ExplanationManifest found, TextWriter output)
    {
        IReadOnlyList<ManifestDifference> differences = manifest.FindDifferences(found);
        string[] versions = ["runtimeVersion", "generatorVersion"];
        string what = $"{manifest.Method} at {manifest.Layer} for {manifest.Target}";
        if (differences.All(difference => versions.Contains(difference.Name)))
        {
            Write(differences, output);
            output.WriteLine(Printable.Name($"The same: {what}, to the last bit."));
            return ExitCode.Success;
        }

        Write(differences, output);
        double deviation = manifest.MeasureMapDeviation(found);
        string distance = double.IsFinite(deviation)
            ? string.Create(CultureInfo.InvariantCulture, $"by {deviation:0.##e+0} of its largest value")
            : "in size, or is not finite";
        bool isOtherMachine = manifest.InstructionSet != found.InstructionSet;
        // Another order of sums explains these, and nothing else; a photo becomes an input by sums, too.
        bool isExplained = isOtherMachine && deviation <= Tolerance && differences.All(difference =>
            versions.Contains(difference.Name) || difference.Name is "instructionSet" or "inputsSha256" or "map.sha256" or "map.values"
            || difference.Name.StartsWith("logits[", StringComparison.Ordinal));
        output.WriteLine(Printable.Name(isExplained
            ? $"The same but for rounding: {what}. The map differs {distance}, and was made on another instruction set."
            : deviation == 0 ? $"Not the same: {what}. The map is, the above is not." : $"Not the same: {what}. The map differs {distance}."));
        return isExplained ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Write(IReadOnlyList<ManifestDifference> differences, TextWriter output)
    {
        if (differences.Count == 0)
            return;
        Table table = new Table().Border(TableBorder.None).AddColumns("", "manifest", "now");
        foreach (ManifestDifference difference in differences)
            table.AddRow(Safe(difference.Name), Safe(difference.Expected), Safe(difference.Found));
        ConsoleFactory.Create(output).Write(table);

        static string Safe(string text) => Markup.Escape(Printable.Name(text));
    }
}
