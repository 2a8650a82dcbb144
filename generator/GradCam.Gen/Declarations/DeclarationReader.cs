using System.Collections.Immutable;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GradCam.Gen.Declarations;

/// <summary>Turns a class with [Network] into a declaration: the last step that sees symbols and syntax.</summary>
internal static class DeclarationReader
{
    public const string NetworkAttribute = "GradCam.NetworkAttribute";
    public const string GradCamAttribute = "GradCam.GradCamAttribute";

    /// <summary>What a network lets users call: a class cannot have a member of its own name.</summary>
    private static readonly string[] PublicMembers =
    [
        "InputChannels", "InputHeight", "InputWidth", "ClassCount", "Class", "Layer",
        "Session", "Load", "LoadEmbedded", "LoadReport", "CreateSession", "RentSession", "Dispose", "Info", "Labels",
    ];

    /// <summary>What C# takes for something else than a type where a type of this name is not escaped, beside its keywords.</summary>
    private static readonly string[] TypeWords = ["dynamic", "nint", "notnull", "nuint", "var"];

    /// <returns>Null when another part of the class has the same attribute (which the compiler reports).</returns>
    public static AnnotatedClass? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var symbol = (INamedTypeSymbol)context.TargetSymbol;
        var syntax = (TypeDeclarationSyntax)context.TargetNode;
        AttributeData network = context.Attributes[0];
        AttributeData first = symbol.GetAttributes().First(attribute => IsNetwork(attribute));
        if (!ReferenceEquals(first.ApplicationSyntaxReference?.GetSyntax(cancellation), network.ApplicationSyntaxReference?.GetSyntax(cancellation)))
            return null;

        var problems = new List<Problem>();
        ClassDeclaration declaration = ReadClass(symbol, syntax, problems);
        var attribute = (AttributeSyntax?)network.ApplicationSyntaxReference?.GetSyntax(cancellation);
        string? spec = network.ConstructorArguments.Length == 1 ? network.ConstructorArguments[0].Value as string : null;
        bool isInline = spec is not null && spec.IndexOfAny(['\r', '\n']) >= 0;
        (EquatableArray<string> layers, EquatableArray<string> suffixes, EquatableArray<SourcePlace> layerPlaces) = ReadLayers(symbol, problems, cancellation);

        var places = new DeclarationPlaces(
            symbol.ToDisplayString(),
            SourcePlace.Of(syntax.SyntaxTree, syntax.Identifier.Span),
            PlaceOfArgument(attribute, null) ?? SourcePlace.Of(syntax.SyntaxTree, (attribute ?? (SyntaxNode)syntax).Span),
            PlaceOfArgument(attribute, "Weights"),
            PlaceOfArgument(attribute, "Labels"),
            PlaceOfArgument(attribute, "Output"),
            layerPlaces,
            isInline && Argument(attribute, null) is ExpressionSyntax literal ? LiteralReader.Read(literal, spec!, cancellation) : null);
        return new AnnotatedClass(
            new NetworkDeclaration(
                symbol.ToDisplayString(),
                declaration,
                spec,
                isInline,
                NamedArgument(network, "Weights"),
                NamedArgument(network, "WeightPrefix") ?? "",
                NamedArgument(network, "Labels"),
                NamedArgument(network, "Output"),
                layers,
                syntax.SyntaxTree.FilePath,
                problems.ToEquatableArray())
            {
                Suffixes = suffixes,
            },
            places);
    }

    /// <summary>A [GradCam] whose class is no network.</summary>
    public static ReportedProblem? ReadMisuse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        if (context.TargetSymbol.GetAttributes().Any(attribute => IsNetwork(attribute)))
            return null;
        SyntaxNode attribute = context.Attributes[0].ApplicationSyntaxReference?.GetSyntax(cancellation) ?? context.TargetNode;
        string message = $"[GradCam] needs a [Network] on the same class: '{context.TargetSymbol.Name}' has none";
        return new ReportedProblem(ProblemId.AttributeMisuse, SourcePlace.Of(attribute.SyntaxTree, attribute.Span), new([message]));
    }

    /// <summary>Types of the project's that hide this namespace: then the compiler knows neither attribute, and only says that it does not.</summary>
    public static EquatableArray<ReportedProblem> ReadHidingTypes(Compilation compilation, CancellationToken cancellation) =>
        compilation.SourceModule.GlobalNamespace.GetTypeMembers("GradCam", arity: 0)
            .SelectMany(type => type.DeclaringSyntaxReferences)
            .Select(reference => reference.GetSyntax(cancellation))
            .Select(syntax => SourcePlace.Of(syntax.SyntaxTree, syntax is BaseTypeDeclarationSyntax type ? type.Identifier.Span : syntax.Span))
            .Select(place => new ReportedProblem(ProblemId.NamespaceHidden, place, default))
            .ToEquatableArray();

    private static bool IsNetwork(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() == NetworkAttribute;

    private static ClassDeclaration ReadClass(INamedTypeSymbol symbol, TypeDeclarationSyntax syntax, List<Problem> problems)
    {
        var place = new Place(PlaceKind.Class);
        int before = problems.Count;
        if (Unsupported(syntax.SyntaxTree.Options) is string version)
            problems.Add(new Problem(ProblemId.UnsupportedClass, place, symbol.Name, version));
        else if (Unsupported(symbol) is string what)
            problems.Add(new Problem(ProblemId.UnsupportedClass, place, symbol.Name, what));
        else if (Unsupported(symbol.GetMembers()) is string why)
            problems.Add(new Problem(ProblemId.UnsupportedClass, place, symbol.Name, why));
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
            problems.Add(new Problem(ProblemId.NotPartial, place, symbol.Name));

        var containing = new List<string>();
        for (INamedTypeSymbol? outer = symbol.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (outer.Arity > 0)
                problems.Add(new Problem(ProblemId.UnsupportedClass, place, symbol.Name, $"it is nested in the generic type '{outer.Name}'"));
            else if (!IsPartial(outer))
                problems.Add(new Problem(ProblemId.NotPartial, place, outer.Name));
            containing.Insert(0, $"partial {Keyword(outer)} {Identifier(outer.Name)}");
        }

        HashSet<string> taken = [symbol.Name, .. symbol.MemberNames];
        return new ClassDeclaration(
            Identifier(symbol.Name),
            Namespace(symbol.ContainingNamespace),
            containing.ToEquatableArray(),
            SyntaxFacts.GetText(symbol.DeclaredAccessibility),
            problems.Count == before)
        {
            Field = Free("_model", taken),
            Pool = Free("_sessions", taken),
            Schedule = Free("Schedule", taken),
        };
    }

    /// <summary>The name, with as many <c>_</c> behind it as it needs to be free.</summary>
    private static string Free(string name, HashSet<string> taken)
    {
        while (taken.Contains(name))
            name += "_";
        return name;
    }

    /// <summary>The default of net10.0, C# 14, and the version before it have all that generated code and the runtime's members use.</summary>
    private static string? Unsupported(ParseOptions options) =>
        options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp13 and var version }
            ? $"the project is C# {version.ToDisplayString()}, and a network is C# 13.0 or later: leave LangVersion out of the project, or raise it"
            : null;

    private static string? Unsupported(INamedTypeSymbol symbol) =>
        symbol.IsRecord ? "it is a record"
        : symbol.IsStatic ? "it is static"
        : symbol.IsAbstract ? "it is abstract"
        : symbol.Arity > 0 ? "it is generic"
        : symbol.IsFileLocal ? "it is local to its file"
        : PublicMembers.Contains(symbol.Name) ? "it is named like a member of every network"
        : symbol.ToDisplayString().Any(c => HiddenCharacters.IsHidden(c)) ? "it is named with a character that is not seen"
        : InheritsType(symbol, symbol.Name) ? "it is named like a type in its base class"
        : null;

    /// <summary>Members that would be errors, or warnings, of the generated part, or leave an object that is no network.</summary>
    private static string? Unsupported(IEnumerable<ISymbol> members)
    {
        foreach (ISymbol member in members.Where(member => !member.IsImplicitlyDeclared))
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Constructor })
                return "it has a constructor of its own; Load makes it";
            if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
                return $"its member '{member.Name}' is required, and Load does not know it";
            // Overloads of methods are welcome; two that are the same the compiler reports.
            if (PublicMembers.Contains(member.Name) && member is not IMethodSymbol { Parameters.Length: > 0 })
                return $"it has a '{member.Name}' of its own, which every network has";
        }

        return null;
    }

    private static bool InheritsType(INamedTypeSymbol symbol, string name)
    {
        for (INamedTypeSymbol? type = symbol.BaseType; type is not null; type = type.BaseType)
        {
            if (!type.GetTypeMembers(name).IsEmpty)
                return true;
        }

        return false;
    }

    private static bool IsPartial(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.All(reference => reference.GetSyntax() is TypeDeclarationSyntax part && part.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };

    private static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None || TypeWords.Contains(name)
            ? "@" + name
            : name;

    private static string Namespace(INamespaceSymbol symbol)
    {
        var parts = new List<string>();
        for (INamespaceSymbol? part = symbol; part is { IsGlobalNamespace: false }; part = part.ContainingNamespace)
            parts.Insert(0, Identifier(part.Name));
        return string.Join(".", parts);
    }

    private static (EquatableArray<string> Layers, EquatableArray<string> Suffixes, EquatableArray<SourcePlace> Places) ReadLayers(
        INamedTypeSymbol symbol, List<Problem> problems, CancellationToken cancellation)
    {
        var layers = new List<string>();
        var suffixes = new List<string>();
        var places = new List<SourcePlace>();
        ImmutableArray<AttributeData> attributes = symbol.GetAttributes();
        foreach (AttributeData data in attributes.Where(data => data.AttributeClass?.ToDisplayString() == GradCamAttribute))
        {
            string layer = data.ConstructorArguments.Length == 1 ? data.ConstructorArguments[0].Value as string ?? "" : "";
            if (layers.Contains(layer))
            {
                var place = new Place(PlaceKind.GradCamAttribute, default, layers.Count);
                problems.Add(new Problem(ProblemId.AttributeMisuse, place, $"The layer '{layer}' is named twice"));
            }
            layers.Add(layer);
            if (data.NamedArguments.Any(argument => argument is { Key: "Suffix", Value.Value: true }))
                suffixes.Add(layer);
            var attribute = (AttributeSyntax)data.ApplicationSyntaxReference!.GetSyntax(cancellation);
            places.Add(PlaceOfArgument(attribute, null) ?? SourcePlace.Of(attribute.SyntaxTree, attribute.Span));
        }
        return (layers.ToEquatableArray(), suffixes.ToEquatableArray(), places.ToEquatableArray());
    }

    private static string? NamedArgument(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value as string;

    /// <summary>The expression of a named argument, or of the first positional one.</summary>
    private static ExpressionSyntax? Argument(AttributeSyntax? attribute, string? name) =>
        attribute?.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name)?.Expression;

    private static SourcePlace? PlaceOfArgument(AttributeSyntax? attribute, string? name) =>
        Argument(attribute, name) is ExpressionSyntax expression ? SourcePlace.Of(expression.SyntaxTree, expression.Span) : null;
}
