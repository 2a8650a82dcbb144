using GradCam.Gen.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Declarations;

/// <summary>Finds the places of problems: in the spec's file, within the literal that holds the spec, or at the attributes.</summary>
internal sealed class ProblemLocator(DeclarationPlaces places, string? specPath, string specText, string? labelsPath)
{
    private SourceText? _lines;

    public ReportedProblem Locate(Problem problem) => new(problem.Id, Find(problem.Place), problem.Arguments, problem.Note);

    private SourcePlace Find(Place place) => place.Kind switch
    {
        PlaceKind.Spec when specPath is not null => InFile(specPath, place.Range),
        PlaceKind.Spec => places.Spec?.Find(place.Range) ?? places.Network,
        PlaceKind.WeightsArgument => places.Weights ?? places.Network,
        PlaceKind.LabelsArgument => places.Labels ?? places.Network,
        PlaceKind.LabelFile when labelsPath is not null => InLine(labelsPath, place.Index),
        PlaceKind.LabelFile => places.Labels ?? places.Network,
        PlaceKind.OutputArgument => places.Output ?? places.Network,
        PlaceKind.GradCamAttribute when place.Index < places.Layers.Count => places.Layers[place.Index],
        PlaceKind.Class => places.Class,
        _ => places.Network,
    };

    private static SourcePlace InLine(string path, int line) => new(path, default, new LinePositionSpan(new LinePosition(line, 0), new LinePosition(line, 0)));

    private SourcePlace InFile(string path, TextRange range)
    {
        _lines ??= SourceText.From(specText);
        TextSpan span = TextSpan.FromBounds(Math.Min(range.Start, specText.Length), Math.Min(range.End, specText.Length));
        return new SourcePlace(path, span, _lines.Lines.GetLinePositionSpan(span));
    }
}
