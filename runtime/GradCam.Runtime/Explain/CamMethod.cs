using System.Diagnostics.CodeAnalysis;
using GradCam.Explain;
using GradCam.Explain.Maps;

namespace GradCam;

/// <summary>
/// How activation maps A and their gradients g = d logit / dA, both [h, w, c], become one map [h, w]. Sums and means in <see cref="Formula"/> are over the
/// pixels of a channel where they make a weight w_c, and over the channels where they make the map, which is given before the relu.
/// </summary>
/// <remarks>
/// Each method is an object, one for the whole program: <see cref="All"/> has them all. Methods with parameters have others beside it, which the caller makes
/// and keeps: <see cref="CreateFem"/>, <see cref="WithEigenSmoothing"/>.
/// </remarks>
public abstract partial class CamMethod : IExplanationMethod
{
    private protected CamMethod(string name, string key, string formula, int year, string paper, MethodNeeds needs, string parameters = "") =>
        (Name, Key, Formula, Year, Paper, Needs, Parameters) = (name, key, formula, year, paper, needs, parameters);

    /// <summary>All methods: Grad-CAM, then the others, the oldest first.</summary>
    public static IReadOnlyList<CamMethod> All => Registry.All;

    /// <summary>The method's name as papers have it: <c>Grad-CAM++</c>.</summary>
    public string Name { get; }

    /// <summary>The method's word on command lines and in files, lower-case: <c>gradcam++</c>.</summary>
    public string Key { get; }

    /// <summary>What it computes.</summary>
    public string Formula { get; }

    /// <summary>The year in which it was published.</summary>
    public int Year { get; }

    /// <summary>Where it was published: authors, title and place.</summary>
    public string Paper { get; }

    /// <summary>What it needs of the layer, beside a forward pass.</summary>
    public MethodNeeds Needs { get; }

    /// <summary>What is not as in <see cref="All"/>: <c>deviations 1, eigen-smooth</c>. Empty for the methods that are there.</summary>
    /// <remarks><see cref="ExplanationMethods.Parse"/> makes the method again of its key and these.</remarks>
    public string Parameters { get; }

    /// <summary>Finds a method.</summary>
    /// <param name="name">
    /// Its <see cref="Key"/>, its <see cref="Name"/> or what C# calls it (<c>GradCamPlusPlus</c>): case, spaces, hyphens and underscores do not matter.
    /// Parameters may follow in parentheses: <c>scorecam(channels 32)</c>.
    /// </param>
    /// <exception cref="ArgumentException">There is none of that name, or it has no such parameter. The message says what there is.</exception>
    public static CamMethod Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        (string plain, MethodArguments? arguments) = MethodText.Split(name);
        if (!TryParse(plain, out CamMethod? method))
            throw new ArgumentException($"There is no method '{plain}'; expected {string.Join(", ", All.Select(m => m.Key))}.", nameof(name));
        return arguments is null ? method : method.WithArguments(arguments);
    }

    /// <summary>Finds a method by its name alone, as <see cref="Parse"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="method">The method; null where there is none of that name.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out CamMethod? method)
    {
        string plain = Plain(name ?? "");
        method = All.FirstOrDefault(m => Plain(m.Key) == plain || Plain(m.Name) == plain);
        return method is not null;
    }

    /// <summary>The name, and the parameters where there are some.</summary>
    public override string ToString() => Parameters.Length == 0 ? Name : $"{Name} ({Parameters})";

    /// <summary>The method with what was written of its parameters.</summary>
    /// <exception cref="ArgumentException">It has no such parameter, or a value is none of its.</exception>
    internal CamMethod WithArguments(MethodArguments arguments)
    {
        var asked = new MethodArguments();
        With(asked);
        CamMethod method = arguments.Given.Any(given => asked.Names.Contains(given.Name)) ? With(arguments) : this;
        // One within the other, in the order in which they were written.
        foreach ((string name, _) in arguments.Given)
        {
            if (name == EigenSmoothing && HasChannelSum && arguments.Flag(name, true))
                method = method.WithEigenSmoothing();
            if (name == Augmentation && !Reruns && arguments.Flag(name, true))
                method = method.WithAugmentation();
        }

        foreach (string name in asked.Names)
            arguments.Offer(name);
        if (HasChannelSum)
            arguments.Offer(EigenSmoothing);
        if (!Reruns)
            arguments.Offer(Augmentation);
        arguments.RequireAllTaken(Name);
        return method;
    }

    /// <summary>Whether its map is a principal component, which the host makes whatever the network runs on.</summary>
    internal virtual bool IsOfComponents => false;

    /// <summary>Whether the map is made by operations on maps that eigen-smoothing knows; else it is made in another way.</summary>
    internal virtual bool HasChannelSum => true;

    /// <summary>The method with other parameters: asks for each by its name.</summary>
    private protected virtual CamMethod With(MethodArguments arguments) => this;

    /// <summary>Computes the raw map: before relu and normalising.</summary>
    internal abstract void Compute(IMapOperations maps);

    private static string Plain(string name) =>
        string.Concat(name.Where(c => c is not (' ' or '-' or '_'))).Replace("+", "plus", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>A method that has another within, and its name.</summary>
    private abstract class ModifiedMethod(CamMethod inner, string formula, string parameter, MethodNeeds more = MethodNeeds.None) : CamMethod(
        inner.Name, inner.Key, formula, inner.Year, inner.Paper, inner.Needs | more,
        inner.Parameters.Length == 0 ? parameter : $"{inner.Parameters}, {parameter}")
    {
        /// <summary>The method within.</summary>
        protected CamMethod Inner { get; } = inner;

        /// <summary>Whether principal components are in the place of sums, here or within.</summary>
        public virtual bool IsSmooth => Inner is ModifiedMethod { IsSmooth: true };

        internal override bool HasChannelSum => Inner.HasChannelSum;

        internal override Target? TargetOf(int classIndex) => Inner.TargetOf(classIndex);
    }

    // Apart, and the methods' objects with their classes: a program that is compiled ahead of time has the methods alone that it names, unless it asks for all.
    private static class Registry
    {
        private static readonly CamMethod[] Methods =
        [
            AblationCam, ActivationMap, ClassActivationMap, EigenCam, EigenGradCam, Fem, FinerCam, GradCam, GradCamElementWise, GradCamPlusPlus, HiResCam,
            IntegratedGradCam, IsCam, KpcaCam, LayerCam, OptiCam, RandomCam, ReciproCam, RsiGradCam, ScoreCam, SegEigenCam, ShapleyCam, SmoothGradCamPlusPlus,
            SsCam, XGradCam,
        ];

        public static IReadOnlyList<CamMethod> All { get; } =
            [.. Methods.OrderByDescending(method => method == GradCam).ThenBy(method => method.Year).ThenBy(method => method.Key, StringComparer.Ordinal)];
    }
}
