using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Graphs;

namespace GradCam.Gen.Tool.Reports;

/// <summary>What is the same for all photos of a report.</summary>
/// <param name="Network">The network.</param>
/// <param name="Anatomy">Its operations and memory.</param>
/// <param name="Settings">What the command line asks for, a report among it.</param>
internal sealed record ReportHead(ChosenNetwork Network, NetworkAnatomy Anatomy, Settings Settings);
