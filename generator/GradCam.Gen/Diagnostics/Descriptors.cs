using Microsoft.CodeAnalysis;

namespace GradCam.Gen.Diagnostics;

/// <summary>All diagnostics of the generator, in one table. README.md beside this file explains each with an example.</summary>
internal static class Descriptors
{
    private const string Category = "GradCam";
    private const string Help = "https://github.com/gradcam-gen/gradcam-gen/blob/main/generator/GradCam.Gen/Diagnostics/README.md#";

    private static readonly DiagnosticDescriptor NotPartial = Error(
        ProblemId.NotPartial, "The class must be partial", "'{0}' must be partial: the network is generated as another part of it");

    private static readonly DiagnosticDescriptor SpecNotFound = Error(
        ProblemId.SpecNotFound, "The net spec was not found", "The project has no net spec '{0}'.{1}");

    private static readonly DiagnosticDescriptor SyntaxError = Error(
        ProblemId.SyntaxError, "Syntax error in the net spec", "Expected {0}, found {1}");

    private static readonly DiagnosticDescriptor UnknownOperation = Error(
        ProblemId.UnknownOperation, "Unknown operation or block", "'{0}' is neither an operation nor a block.{1}");

    private static readonly DiagnosticDescriptor UnknownArgument = Error(
        ProblemId.UnknownArgument, "Unknown argument", "'{1}' has no argument '{0}'.{2}");

    private static readonly DiagnosticDescriptor UnknownName = Error(
        ProblemId.UnknownName, "Unknown name", "Nothing is named '{0}' here.{1}");

    private static readonly DiagnosticDescriptor DuplicateName = Error(
        ProblemId.DuplicateName, "Name defined twice", "'{0}' is already defined {1}");

    private static readonly DiagnosticDescriptor BadValue = Error(
        ProblemId.BadValue, "Value out of range", "'{0}' of {1}: expected {2}, found {3}");

    private static readonly DiagnosticDescriptor ShapeMismatch = Error(
        ProblemId.ShapeMismatch, "Shapes do not fit", "{0}: expected {1}, found {2}");

    private static readonly DiagnosticDescriptor SizeOverflow = Error(
        ProblemId.SizeOverflow, "Size too large", "{0} is too large: {1}");

    private static readonly DiagnosticDescriptor BlockRecursion = Error(
        ProblemId.BlockRecursion, "Blocks run each other in a circle", "Blocks must not run each other in a circle: {0}");

    private static readonly DiagnosticDescriptor WrongArgumentCount = Error(
        ProblemId.WrongArgumentCount, "Wrong number of arguments", "Arguments of the block '{0}': expected {1}, found {2}");

    private static readonly DiagnosticDescriptor WeightsNotFound = Error(
        ProblemId.WeightsNotFound, "The weight file was not found", "The project has no weight file '{0}'.{1}");

    private static readonly DiagnosticDescriptor WeightMissing = Error(
        ProblemId.WeightMissing, "Tensor missing in the weight file", "'{2}' has no tensor '{0}', which {1} reads.{3}");

    private static readonly DiagnosticDescriptor WeightUnused = Warning(
        ProblemId.WeightUnused, "Tensor of the weight file not used", "No layer reads the tensor '{0}' of '{1}'{2}");

    private static readonly DiagnosticDescriptor WeightShape = Error(
        ProblemId.WeightShape, "Tensor of the wrong shape", "The tensor '{0}' of '{3}' has the wrong shape: expected {1}, found {2}");

    private static readonly DiagnosticDescriptor WeightType = Error(
        ProblemId.WeightType, "Tensor of the wrong type", "The tensor '{0}' of '{2}' has the wrong type: expected F32, F16, BF16 or F64, found {1}");

    private static readonly DiagnosticDescriptor UnknownLayer = Error(
        ProblemId.UnknownLayer, "Unknown layer", "The network has no layer '{0}'.{1}");

    private static readonly DiagnosticDescriptor LayerWithoutInfluence = Error(
        ProblemId.LayerWithoutInfluence, "Layer without influence", "The layer '{0}' does not influence the output '{1}', so it explains nothing");

    private static readonly DiagnosticDescriptor LayerOfOtherOutput = Warning(
        ProblemId.LayerOfOtherOutput, "Layer of another output",
        "The layer '{0}' does not influence the output '{1}', whose classes are explained: targets of {2} alone can be explained there");

    private static readonly DiagnosticDescriptor LabelCount = Error(
        ProblemId.LabelCount, "Wrong number of class names", "'{0}' has the wrong number of class names: expected {2}, one a logit, found {1}{3}");

    private static readonly DiagnosticDescriptor LabelsNotFound = Error(
        ProblemId.LabelsNotFound, "The class names were not found", "The project has no file of class names '{0}'.{1}");

    private static readonly DiagnosticDescriptor BadManifest = Error(
        ProblemId.BadManifest, "Weights cannot be read", "'{0}' cannot be read: {1}");

    private static readonly DiagnosticDescriptor Missing = Error(
        ProblemId.Missing, "Something is missing in the net spec", "Expected {0} {1}, found none");

    private static readonly DiagnosticDescriptor DeadStatement = Warning(
        ProblemId.DeadStatement, "Statement without effect", "'{0}' has no effect on any output and is left out");

    private static readonly DiagnosticDescriptor UnsupportedClass = Error(
        ProblemId.UnsupportedClass, "The class cannot be a network", "'{0}' cannot be a network: {1}");

    private static readonly DiagnosticDescriptor AttributeMisuse = Error(
        ProblemId.AttributeMisuse, "[GradCam] without effect", "{0}");

    private static readonly DiagnosticDescriptor UnknownOutput = Error(
        ProblemId.UnknownOutput, "Unknown output", "The network has no output '{0}', but {1}.{2}");

    private static readonly DiagnosticDescriptor HiddenCharacter = Error(
        ProblemId.HiddenCharacter, "Hidden character", "{0} has the character {1}, which {2}. Remove it");

    private static readonly DiagnosticDescriptor NamespaceHidden = Warning(
        ProblemId.NamespaceHidden, "Namespace hidden by a type",
        "The type 'GradCam' hides the namespace GradCam, and [Network] with it: put it into a namespace, or rename it");

    private static readonly DiagnosticDescriptor WeightPrefix = Error(
        ProblemId.WeightPrefix, "The names in the weight file begin otherwise",
        "The names of the tensors of '{0}' {1}: it has '{2}', where the network reads '{3}'. {4}.");

    private static readonly DiagnosticDescriptor LabelsNotUtf8 = Error(
        ProblemId.LabelsNotUtf8, "The class names are not UTF-8", "Line {1} of '{0}' is not UTF-8: save the file in this encoding");

    private static readonly DiagnosticDescriptor LabelsNotLines = Error(
        ProblemId.LabelsNotLines, "The class names are not one a line", "'{0}': expected one class name a line, found {1}. {2}.");

    private static readonly DiagnosticDescriptor LabelLineBlank = Warning(
        ProblemId.LabelLineBlank, "Blank line among the class names", "Line {1} of '{0}' is blank{2}: class {3} has no name");

    private static readonly DiagnosticDescriptor LabelsNumbered = Warning(
        ProblemId.LabelsNumbered, "Class names with ids or numbers", "The lines of '{0}' {1}. {2}.");

    private static readonly DiagnosticDescriptor UnstatedImage = Warning(
        ProblemId.UnstatedImage, "Unstated preprocessing", "Nothing says how a photo becomes the input, so pixels are scaled to 0 to 1. Add {0}: {1}.");

    private static readonly DiagnosticDescriptor OnePixelLayer = Warning(
        ProblemId.OnePixelLayer, "A heatmap of one pixel", "The layer '{0}' is {1}: a heatmap of one pixel says nothing of where. {2}");

    private static readonly DiagnosticDescriptor LabelsOfOneLogit = Error(
        ProblemId.LabelsOfOneLogit,
        "Two class names for one logit",
        "'{0}' has two class names, but the network has one logit, which speaks for one class and against the other. Keep the name of the class that 1 stands "
        + "for (in Keras the second, '{1}'); what speaks for '{2}' is explained with counterfactual: true.");

    private static readonly DiagnosticDescriptor OutputNotExplained = Error(
        ProblemId.OutputNotExplained, "The output cannot be explained", "The output '{0}' cannot be explained: {1}. {2}");

    private static readonly DiagnosticDescriptor OutputsLeftOut = Warning(
        ProblemId.OutputsLeftOut, "Outputs are left out", "'{0}' is explained. Left out: {1}. Output = \"{0}\" says that this is meant.");

    private static readonly DiagnosticDescriptor ImportedSpec = Error(
        ProblemId.ImportedSpec, "The imported network cannot be used", "'{0}' was imported, but cannot be used as it is, at \"{1}\": {2}. {3}");

    private static readonly Dictionary<string, DiagnosticDescriptor> ById = new DiagnosticDescriptor[]
    {
        NotPartial, SpecNotFound, SyntaxError, UnknownOperation, UnknownArgument, UnknownName, DuplicateName, BadValue, ShapeMismatch, SizeOverflow,
        BlockRecursion, WrongArgumentCount, WeightsNotFound, WeightMissing, WeightUnused, WeightShape, WeightType, UnknownLayer, LayerWithoutInfluence,
        LayerOfOtherOutput, LabelCount, LabelsNotFound, BadManifest, Missing, DeadStatement, UnsupportedClass, AttributeMisuse, UnknownOutput,
        HiddenCharacter, NamespaceHidden,
        WeightPrefix, LabelsNotUtf8, LabelsNotLines, LabelLineBlank, LabelsNumbered,
        UnstatedImage, OnePixelLayer, LabelsOfOneLogit,
        OutputNotExplained, OutputsLeftOut, ImportedSpec,
    }.ToDictionary(descriptor => descriptor.Id);

    /// <summary>All of them, by id.</summary>
    public static IReadOnlyDictionary<string, DiagnosticDescriptor> All => ById;

    /// <summary>True for a problem that leaves no network.</summary>
    public static bool IsError(string id) => Find(id).DefaultSeverity == DiagnosticSeverity.Error;

    public static DiagnosticDescriptor Find(string id) => ById[id];

    /// <summary>The descriptor of an id, whose message ends with a note.</summary>
    public static DiagnosticDescriptor Find(string id, string note)
    {
        DiagnosticDescriptor plain = Find(id);
        return note.Length == 0 ? plain : Descriptor(id, plain.Title.ToString(), plain.MessageFormat + note, plain.DefaultSeverity);
    }

    private static DiagnosticDescriptor Error(string id, string title, string message) => Descriptor(id, title, message, DiagnosticSeverity.Error);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => Descriptor(id, title, message, DiagnosticSeverity.Warning);

    private static DiagnosticDescriptor Descriptor(string id, string title, string message, DiagnosticSeverity severity) =>
        new(id, title, message, Category, severity, isEnabledByDefault: true, helpLinkUri: Help + id.ToLowerInvariant());
}
