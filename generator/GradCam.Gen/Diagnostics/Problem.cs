namespace GradCam.Gen.Diagnostics;

/// <summary>What a problem's range refers to.</summary>
internal enum PlaceKind
{
    /// <summary>A range of the spec's text, in its file or inside the attribute's raw string.</summary>
    Spec,

    /// <summary>The class's identifier.</summary>
    Class,

    /// <summary>The first argument of [Network].</summary>
    NetworkAttribute,

    /// <summary>The Weights argument of [Network].</summary>
    WeightsArgument,

    /// <summary>The Labels argument of [Network].</summary>
    LabelsArgument,

    /// <summary>Line number <see cref="Place.Index"/>, from 0, of the file of class names.</summary>
    LabelFile,

    /// <summary>The Output argument of [Network].</summary>
    OutputArgument,

    /// <summary>The argument of the [GradCam] attribute number <see cref="Place.Index"/>.</summary>
    GradCamAttribute,
}

/// <summary>Where a problem is, without Roslyn types, so that it can be cached.</summary>
internal readonly record struct Place(PlaceKind Kind, TextRange Range = default, int Index = 0)
{
    public static implicit operator Place(TextRange specRange) => new(PlaceKind.Spec, specRange);
}

/// <summary>A diagnostic to be: the descriptor's id (<see cref="ProblemId"/>), the place, the message's arguments.</summary>
internal sealed record Problem(string Id, Place Place, EquatableArray<string> Arguments)
{
    public Problem(string id, Place place, params string[] arguments)
        : this(id, place, new EquatableArray<string>(arguments))
    {
    }

    /// <summary>Where else in the spec to look, or null.</summary>
    public OtherPlace? Elsewhere { get; init; }

    /// <summary>What the message ends with, or nothing: in parentheses the line of <see cref="Elsewhere"/> and how many more there are.</summary>
    public string Note { get; init; } = "";
}

/// <summary>A second place of a problem.</summary>
/// <param name="What">What is there: "used in" or "arises in".</param>
/// <param name="Range">The place.</param>
internal readonly record struct OtherPlace(string What, TextRange Range)
{
    /// <summary>The statement of the network that uses the block in which the problem is.</summary>
    public static OtherPlace? Use(TextRange? use) => use is TextRange range ? new OtherPlace("used in", range) : null;

    /// <summary>The statement that a number is too large for, or does not fit, which stands elsewhere.</summary>
    public static OtherPlace Origin(TextRange statement) => new("arises in", statement);
}

/// <summary>The ids of all diagnostics. Messages are in <c>Descriptors</c>.</summary>
internal static class ProblemId
{
    /// <summary>The class, or one around it, is not partial. {0}: class.</summary>
    public const string NotPartial = "GCG0001";

    /// <summary>The spec file is missing or not an AdditionalFile. {0}: path, {1}: hint (nearest file or what to add to the project).</summary>
    public const string SpecNotFound = "GCG0002";

    /// <summary>Syntax error. {0}: what was expected, {1}: what was found.</summary>
    public const string SyntaxError = "GCG0003";

    /// <summary>Unknown operation or block. {0}: name, {1}: " Did you mean 'x'?" or empty.</summary>
    public const string UnknownOperation = "GCG0004";

    /// <summary>Unknown argument. {0}: argument, {1}: operation, {2}: suggestion or the list of arguments.</summary>
    public const string UnknownArgument = "GCG0005";

    /// <summary>Unknown value, label or parameter name. {0}: name, {1}: suggestion.</summary>
    public const string UnknownName = "GCG0006";

    /// <summary>A name defined twice. {0}: name, {1}: where first (line).</summary>
    public const string DuplicateName = "GCG0007";

    /// <summary>An argument's value is out of range or of the wrong kind. {0}: argument, {1}: operation, {2}: expected, {3}: found.</summary>
    public const string BadValue = "GCG0008";

    /// <summary>Shapes do not fit. {0}: operation, {1}: expected (with origin), {2}: found (with origin).</summary>
    public const string ShapeMismatch = "GCG0009";

    /// <summary>A size or count overflows. {0}: operation, {1}: size as computed.</summary>
    public const string SizeOverflow = "GCG0010";

    /// <summary>Blocks call each other in a circle. {0}: the circle, "a -> b -> a".</summary>
    public const string BlockRecursion = "GCG0011";

    /// <summary>Wrong number of arguments for a block. {0}: block, {1}: expected, {2}: found.</summary>
    public const string WrongArgumentCount = "GCG0012";

    /// <summary>The weight file (its manifest) is missing. {0}: path, {1}: hint.</summary>
    public const string WeightsNotFound = "GCG0013";

    /// <summary>The weight file lacks a tensor. {0}: key, {1}: layer, {2}: file, {3}: suggestion.</summary>
    public const string WeightMissing = "GCG0014";

    /// <summary>The weight file has a tensor that no layer reads (warning). {0}: key, {1}: file, {2}: " and n more" or empty.</summary>
    public const string WeightUnused = "GCG0015";

    /// <summary>A tensor's shape is wrong. {0}: key, {1}: expected shape, {2}: found shape, {3}: file.</summary>
    public const string WeightShape = "GCG0016";

    /// <summary>A tensor's type is not a float. {0}: key, {1}: found type, {2}: file.</summary>
    public const string WeightType = "GCG0017";

    /// <summary>[GradCam] names an unknown layer. {0}: name, {1}: suggestion.</summary>
    public const string UnknownLayer = "GCG0018";

    /// <summary>[GradCam] names a layer that does not influence the logits. {0}: name, {1}: output.</summary>
    public const string LayerWithoutInfluence = "GCG0019";

    /// <summary>A layer that influences other outputs alone. {0}: layer, {1}: first output, {2}: the others that it influences.</summary>
    public const string LayerOfOtherOutput = "GCG0031";

    /// <summary>The class file has the wrong number of lines. {0}: file, {1}: names found, {2}: logits, {3}: hint.</summary>
    public const string LabelCount = "GCG0020";

    /// <summary>The class file is missing or not an AdditionalFile. {0}: path, {1}: hint.</summary>
    public const string LabelsNotFound = "GCG0021";

    /// <summary>The manifest or import cannot be read. {0}: file, {1}: why.</summary>
    public const string BadManifest = "GCG0022";

    /// <summary>Something required is missing. {0}: what (e.g. "an input line", "a statement"), {1}: where.</summary>
    public const string Missing = "GCG0023";

    /// <summary>A statement has no effect on any output and is left out (warning). {0}: statement.</summary>
    public const string DeadStatement = "GCG0025";

    /// <summary>
    /// The class is static, abstract, generic, a record, local to its file, nested in a generic class, or named like a member. {0}: class, {1}: what.
    /// </summary>
    public const string UnsupportedClass = "GCG0026";

    /// <summary>[GradCam] without [Network], or the same layer twice. {0}: what.</summary>
    public const string AttributeMisuse = "GCG0027";

    /// <summary>[Network] names an unknown output. {0}: name, {1}: the outputs, {2}: suggestion.</summary>
    public const string UnknownOutput = "GCG0028";

    /// <summary>A spec or a class file has a character that is not to be seen. {0}: where, {1}: the character, {2}: what is wrong with it.</summary>
    public const string HiddenCharacter = "GCG0029";

    /// <summary>A type of the project's hides the namespace GradCam (warning).</summary>
    public const string NamespaceHidden = "GCG0030";

    /// <summary>
    /// The names in the weight file begin otherwise than those of the network. {0}: file, {1}: "begin with 'x'", {2}: a name,
    /// {3}: the one that is read, {4}: cure.
    /// </summary>
    public const string WeightPrefix = "GCG0032";

    /// <summary>The class file is not UTF-8. {0}: file, {1}: line.</summary>
    public const string LabelsNotUtf8 = "GCG0033";

    /// <summary>The class file is not of one name a line. {0}: file, {1}: what it is, {2}: cure.</summary>
    public const string LabelsNotLines = "GCG0034";

    /// <summary>A line within the class file is blank (warning). {0}: file, {1}: line, {2}: ", as are n more" or empty, {3}: class.</summary>
    public const string LabelLineBlank = "GCG0035";

    /// <summary>The lines of the class file begin with ids or numbers (warning). {0}: file, {1}: with what, {2}: cure.</summary>
    public const string LabelsNumbered = "GCG0036";

    /// <summary>Nobody says how a photo becomes the input (warning). {0}: where to add it, {1}: the common image lines.</summary>
    public const string UnstatedImage = "GCG0040";

    /// <summary>[GradCam] names a layer of one pixel (warning). {0}: name, {1}: shape, {2}: suggestion.</summary>
    public const string OnePixelLayer = "GCG0041";

    /// <summary>The class file has two names for one logit. {0}: file, {1}: the second name, {2}: the first.</summary>
    public const string LabelsOfOneLogit = "GCG0042";

    /// <summary>An output of an ONNX file that cannot be explained. {0}: output, {1}: why, {2}: where the network could end instead.</summary>
    public const string OutputNotExplained = "GCG0037";

    /// <summary>Outputs of an ONNX file are left out (warning). {0}: the output that is explained, {1}: those left out and why.</summary>
    public const string OutputsLeftOut = "GCG0038";

    /// <summary>An error in a spec that was made from an ONNX file. {0}: file, {1}: the statement, {2}: what is wrong, {3}: cure.</summary>
    public const string ImportedSpec = "GCG0039";
}
