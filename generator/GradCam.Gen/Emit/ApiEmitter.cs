using GradCam.Contract;
using GradCam.Gen.Model;
using GradCam.Gen.Syntax;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>What a user calls: constants, classes, layers, Load, the session.</summary>
internal static class ApiEmitter
{
    public static void Emit(SourceWriter writer, CompilationInput input, Plan? plan)
    {
        Constants(writer, input, plan);
        Classes(writer, input);
        Layers(writer, input);
        Loading(writer, input, plan is not null);
        Session(writer, input, plan);
        if (plan is not null)
            Info(writer, input.Class.Schedule);
    }

    /// <summary>
    /// The layers that GradCam takes: all but the inputs, whose gradients have methods of their own. With their indices among the attributes' layers.
    /// </summary>
    private static List<(string Name, string Identifier, int Index)> GradCamLayers(CompilationInput input)
    {
        List<string> distinct = input.Layers.Distinct().ToList();
        List<string> identifiers = Identifiers.Unique(distinct.Select(Identifiers.FromPath), Identifiers.ReservedInEnums);
        return distinct.Select((name, i) => (name, identifiers[i], i)).Where(layer => !IsInput(input, layer.name)).ToList();
    }

    private static bool IsInput(CompilationInput input, string layer) => layer == "input" || input.Spec?.Inputs.Any(one => one.Name == layer) == true;

    private static void Constants(SourceWriter writer, CompilationInput input, Plan? plan)
    {
        Shape shape = plan?.Network.Input.Shape ?? (input.Spec?.Input is { } syntax ? new Shape(syntax.Channels, syntax.Height, syntax.Width) : default);
        int classes = plan?.Network.ById()[plan.Network.LogitsId].Shape.Channels ?? input.Labels?.Count ?? 0;
        void Constant(string name, int value, string summary)
        {
            writer.Summary(summary);
            writer.Generated();
            writer.Line(Invariant($"public const int {name} = {value};"));
            writer.Line();
        }

        Constant("InputChannels", shape.Channels, "Channels of the input.");
        Constant("InputHeight", shape.Height, "Rows of the input.");
        Constant("InputWidth", shape.Width, "Columns of the input.");
        Constant(
            "ClassCount", classes, plan is { Network.HasClasses: false }
                ? "Number of classes, that is of the output map's channels."
                : "Number of classes, that is of logits.");
    }

    /// <summary>
    /// An enum, called Class: a misspelt class does not compile, a list of completions shows them all, and Class.Tabby reads as what it is. A type of its own
    /// with fields would cost a line each and a conversion at every call; other names (Category, Label) are not what papers say.
    /// </summary>
    private static void Classes(SourceWriter writer, CompilationInput input)
    {
        writer.Summary(
            input.Labels is null
                ? "A class of this network: cast its index, as there is no class file."
                : $"The classes of this network, from {input.LabelsName}.");
        writer.Generated();
        writer.Open("public enum Class");
        if (input.Labels is { } labels)
        {
            List<string> names = Identifiers.Unique(labels.Select(Identifiers.FromLabel), Identifiers.ReservedInEnums);
            for (int i = 0; i < names.Count; i++)
            {
                writer.Summary(labels[i]);
                writer.Line(Invariant($"{names[i]} = {i},"));
            }
        }

        writer.Close();
        writer.Line();
    }

    private static void Layers(SourceWriter writer, CompilationInput input)
    {
        List<(string Name, string Identifier, int Index)> layers = GradCamLayers(input);
        if (layers.Count == 0)
            return;
        writer.Summary("The layers that this network was compiled to explain at.");
        writer.Generated();
        writer.Open("public enum Layer");
        foreach ((string name, string identifier, int index) in layers)
        {
            writer.Summary(name);
            writer.Line(Invariant($"{identifier} = {index},"));
        }

        writer.Close();
        writer.Line();
    }

    private static void Loading(SourceWriter writer, CompilationInput input, bool complete)
    {
        string name = input.Class.Name;
        const string Options = "global::GradCam.NetworkOptions? options = null";
        string field = input.Class.Field;
        string pool = input.Class.Pool;
        const string Loader = "global::GradCam.Weights.WeightLoading.";
        const string Source = "using global::GradCam.Weights.WeightSource weights = ";
        writer.Generated();
        writer.Line($"private readonly global::GradCam.Contract.Model {field};");
        writer.Line();
        writer.Generated();
        writer.Line($"private readonly global::GradCam.SessionPool<Session> {pool};");
        writer.Line();
        writer.Generated();
        writer.Line($"private {name}(global::GradCam.Contract.Model model)");
        writer.Line("{");
        writer.Indented($"this.{field} = model;", $"this.{pool} = new global::GradCam.SessionPool<Session>(() => CreateSession());");
        writer.Line("}");
        writer.Line();

        void Method(string summary, string parameter, string parameterText, string signature, params string[] body)
        {
            writer.Summary(summary);
            if (parameter.Length > 0)
                writer.Parameter(parameter, parameterText);
            writer.Parameter("options", "Backend and threads.");
            writer.Line(
                "/// <exception cref=\"global::GradCam.Weights.WeightException\">The weights are missing, damaged or do not fit this network.</exception>");
            writer.Generated();
            writer.Open(signature);
            foreach (string line in complete ? body : ["throw new global::System.InvalidOperationException(\"The build of this network failed.\");"])
                writer.Line(line);
            writer.Close();
            writer.Line();
        }

        string? file = input.Weights?.File ?? input.WeightsName;
        if (file is null)
        {
            Method(
                "Loads the network from a safetensors file, which is memory-mapped while it is read.", "path", "The file.",
                $"public static {name} Load(string path, {Options})",
                Source + Loader + "OpenFile(path);", "return Load(weights, options);");
        }
        else
        {
            Method(
                "Loads the network from a weight file, which is memory-mapped while it is read.", "path", $"The file; by default {file} beside the app.",
                // Load(null) means this one.
                $"[global::System.Runtime.CompilerServices.OverloadResolutionPriority(1)] public static {name} Load(string? path = null, {Options})",
                Source + "path is null", $"    ? {Loader}OpenDefault(Info.Name, Info.WeightFile)", $"    : {Loader}OpenFile(path);",
                "return Load(weights, options);");
        }

        Method(
            "Loads the network from a stream of a safetensors file.", "stream", "The stream; read to its end, not disposed of.",
            $"public static {name} Load(global::System.IO.Stream stream, {Options})",
            Source + Loader + "OpenStream(stream);", "return Load(weights, options);");
        // Without the manifest nothing says whether the file is embedded: a caller then is not a second mistake.
        if ((input.Weights is null ? file : input.Weights.Resource) is string resource)
        {
            Method(
                "Loads the network from the weights embedded in the assembly.", "", "", $"public static {name} LoadEmbedded({Options})",
                $"{Source}{Loader}OpenEmbedded(typeof({name}).Assembly, {SourceWriter.Literal(resource)});", "return Load(weights, options);");
        }

        Method(
            "Loads the network from any source of named tensors.", "weights", "The source; not used after the call.",
            $"public static {name} Load(global::GradCam.Weights.WeightSource weights, {Options})",
            "global::GradCam.Contract.GeneratedCode.RequireContract(" + SourceWriter.Literal(name.TrimStart('@'))
                + Invariant($", contract: {ContractVersion.Current}, generator: {SourceWriter.Literal(SourceWriter.Version)});"),
            "options ??= new global::GradCam.CpuOptions();",
            $"return new {name}(options.Backend.Prepare<{name}>(weights, options));");
        writer.Summary("What was noticed while the network was loaded: what became of the packed file, weights that are NaN or infinite.");
        writer.Generated();
        writer.Line($"public global::GradCam.LoadReport LoadReport => {field}.LoadReport;");
        writer.Line();
        writer.Summary("Makes a session: a workspace to run the network in. One a thread; it runs no more once the network is disposed of.");
        writer.Parameter("batch", "Samples that can run together.");
        writer.Generated();
        writer.Line($"public Session CreateSession(int batch = 1) => new({field}.CreateExecutor(batch));");
        writer.Line();
        writer.Summary("Borrows a session for as long as a request takes: one that was given back, or a new one. Dispose of what is returned to give it back.");
        writer.Generated();
        writer.Line($"public global::GradCam.RentedSession<Session> RentSession() => {pool}.Rent();");
        writer.Line();
        writer.Summary("Ends the network's use, also by its sessions, and frees the weights as soon as all of them are disposed of.");
        writer.Generated();
        writer.Open("public void Dispose()");
        writer.Line($"{field}.Dispose();");
        writer.Line($"{pool}.Dispose();");
        writer.Close();
        writer.Line();
    }

    private static void Session(SourceWriter writer, CompilationInput input, Plan? plan)
    {
        List<(string Name, string Identifier, int Index)> layers = GradCamLayers(input);
        writer.Summary(
            "Runs the network and explains its predictions. Not thread-safe: one session a thread. What a call returns is valid until the next call.");
        writer.Generated();
        writer.Open("public sealed class Session : global::GradCam.NetworkSession");
        writer.Line("internal Session(global::GradCam.Contract.Executor executor)");
        writer.Indented(": base(executor)");
        writer.Line("{");
        writer.Line("}");
        writer.Line();
        if (plan is not { Network.HasClasses: false })
        {
            writer.Summary(plan?.Network.ById()[plan.Network.LogitsId].Shape.Channels == 1
                ? "The only class. Whether the last forward pass saw it says Probabilities[0], above or below 0.5."
                : "Finds the class with the highest logit of the last forward pass.");
            writer.Line("public Class GetBest() => (Class)GetBestIndex();");
            if (input.Spec is not { Inputs.Count: > 1 })
                AttributeMethods(writer);
        }

        if (layers.Count > 0)
            GradCamMethods(writer, layers[0].Identifier);
        List<string> compiled = input.Layers.Distinct().ToList();
        for (int i = 0; i < compiled.Count; i++)
        {
            if (!IsInput(input, compiled[i]))
                continue;
            writer.Line();
            writer.Summary("Gradient of a class's logit with respect to the (normalised) input, after a forward pass.");
            writer.Line($"public global::GradCam.FeatureMaps Get{Identifiers.FromPath(compiled[i])}Gradient(Class @class, bool counterfactual = false) =>");
            writer.Indented(Invariant($"GetGradients((int)@class, {i}, counterfactual);"));
        }

        if (input.Spec is { Inputs.Count: > 1 } spec)
            Forwards(writer, spec.Inputs);

        writer.Close();
        writer.Line();
    }

    /// <summary>A network of several inputs takes them by name.</summary>
    private static void Forwards(SourceWriter writer, EquatableArray<InputSyntax> inputs)
    {
        List<string> names = Identifiers.Unique(inputs.Select(input => Identifiers.Parameter(input.Name)), ["layout"]);
        void Forward(string summary, string type, string last, string argument)
        {
            writer.Line();
            writer.Summary(summary);
            writer.Line("/// <returns>The logits, valid until the next forward pass.</returns>");
            writer.Open($"public global::System.ReadOnlySpan<float> Forward({string.Join(", ", names.Select(name => $"{type} {name}"))}{last})");
            for (int i = 0; i < names.Count; i++)
                writer.Line(Invariant($"SetInput({names[i]}{argument}, {i});"));
            writer.Line("return Forward();");
            writer.Close();
        }

        Forward("Runs the network on photos, one an input, preprocessed as its spec says.", "in global::GradCam.ImageView", "", "");
        Forward(
            "Runs the network on inputs that are already prepared.", "global::System.ReadOnlySpan<float>", ", global::GradCam.TensorLayout layout", ", layout");
    }

    private static void Info(SourceWriter writer, string schedule)
    {
        writer.Summary("Shapes, weights, compiled layers and preprocessing.");
        writer.Generated();
        writer.Line($"public static global::GradCam.NetworkInfo Info => {schedule}.Info;");
        writer.Line();
        writer.Summary("The names of the classes, in the order of the logits; empty without a class file.");
        writer.Generated();
        writer.Line($"public static global::System.Collections.Generic.IReadOnlyList<string> Labels => {schedule}.Info.Labels;");
        writer.Line();
        writer.Generated();
        writer.Line($"global::GradCam.NetworkInfo global::GradCam.ILoadedNetwork.Info => {schedule}.Info;");
        writer.Line();
        writer.Generated();
        writer.Line("global::GradCam.NetworkSession global::GradCam.ILoadedNetwork.CreateSession(int batch) => CreateSession(batch);");
        writer.Line();
    }

    private static void AttributeMethods(SourceWriter writer)
    {
        const string Rest = "Class @class, global::GradCam.InputMethod method, global::GradCam.ExplainOptions? options = null) =>";
        writer.Line();
        writer.Summary("Why the network sees a class in an image of any size, at the input: forward pass and whatever the method takes.");
        writer.Line("public global::GradCam.Attribution Attribute(");
        writer.Indented($"in global::GradCam.ImageView image, {Rest}", "Attribute(image, (int)@class, method, options);");
        writer.Line();
        writer.Summary("Why the network sees a class in an input that is already prepared, at the input.");
        writer.Line("public global::GradCam.Attribution Attribute(");
        writer.Indented(
            "global::System.ReadOnlySpan<float> tensor, global::GradCam.TensorLayout layout,", Rest,
            "Attribute(tensor, layout, (int)@class, method, options);");
    }

    private static void GradCamMethods(SourceWriter writer, string firstLayer)
    {
        string layer = $"Layer layer = Layer.{firstLayer}";
        const string Method = "global::GradCam.CamMethod? method = null";
        const string Counterfactual = "bool counterfactual = false";
        const string One = "(int)@class, (int)layer, method, counterfactual";
        const string All = "global::System.Runtime.InteropServices.MemoryMarshal.Cast<Class, int>(classes), (int)layer, method, counterfactual";

        void Overload(string summary, string result, string parameters, string arguments, bool isClass = true)
        {
            writer.Line();
            writer.Summary(summary);
            writer.Line($"public {result} GradCam(");
            writer.Indented($"{parameters},", $"{layer}, {Method}{(isClass ? $", {Counterfactual}" : "")}) =>");
            writer.Indented($"Explain({arguments});");
        }

        Overload(
            "Why the network sees a class in an image of any size: forward pass and heatmap.", "global::GradCam.Heatmap",
            "in global::GradCam.ImageView image, Class @class", "image, " + One);
        Overload(
            "Why the network sees a class in an input that is already prepared.", "global::GradCam.Heatmap",
            "global::System.ReadOnlySpan<float> tensor, global::GradCam.TensorLayout layout, Class @class", "tensor, layout, " + One);
        Overload("Why the network sees a class in what the last forward pass saw.", "global::GradCam.Heatmap", "Class @class", One);
        Overload(
            "A heatmap for each of several classes, after one forward pass.", "global::GradCam.HeatmapSet",
            "in global::GradCam.ImageView image, global::System.ReadOnlySpan<Class> classes", "image, " + All);
        Overload(
            "A heatmap for each of several classes, of what the last forward pass saw.", "global::GradCam.HeatmapSet",
            "global::System.ReadOnlySpan<Class> classes", All);

        Overload(
            "Why the network gives a target its value, in an image of any size: forward pass and heatmap.", "global::GradCam.Heatmap",
            "in global::GradCam.ImageView image, global::GradCam.Target target", "image, target, (int)layer, method", isClass: false);
        Overload(
            "Why the network gives a target its value, in what the last forward pass saw.", "global::GradCam.Heatmap",
            "global::GradCam.Target target", "target, (int)layer, method", isClass: false);

        writer.Line();
        writer.Summary("The layer's output in the last forward pass: what a heatmap is made of.");
        writer.Line($"public global::GradCam.FeatureMaps GetActivations({layer}) => GetActivations((int)layer);");
        writer.Line();
        writer.Summary("Gradient of a class's logit with respect to the layer's output, after a forward pass: what a heatmap is made of.");
        writer.Member(
            $"public global::GradCam.FeatureMaps GetGradients(Class @class, {layer}, {Counterfactual})",
            "GetGradients((int)@class, (int)layer, counterfactual)");
    }
}
