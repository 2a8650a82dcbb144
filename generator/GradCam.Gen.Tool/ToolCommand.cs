using System.CommandLine;

namespace GradCam.Gen.Tool;

/// <summary>A command of the tool.</summary>
/// <param name="Command">What it takes and does.</param>
/// <param name="Help">What stands below its options in --help: examples and exit codes.</param>
/// <param name="Stopping">What the first Ctrl+C prints, where the command stops at a place that leaves something useful; null where it ends at once.</param>
internal sealed record ToolCommand(Command Command, string Help, string? Stopping = null);
