using GradCam.Gen.Diagnostics;
using GradCam.Gen.Emit;
using GradCam.Gen.Model;
using GradCam.Gen.Passes;

namespace GradCam.Gen;

/// <summary>The passes in order: spec and weights in, C# out.</summary>
internal static class Pipeline
{
    public static CompilationOutput Compile(CompilationInput input)
    {
        var problems = new List<Problem>();
        string? source = null;
        if (input.Class.CanBeExtended)
        {
            Plan? plan = input.HasErrors ? null : MakePlan(input, problems);
            // A class that throws when it is used, without a word at the build, would be the worst of mistakes.
            if (plan is null && !input.HasErrors && !problems.Exists(problem => Descriptors.IsError(problem.Id)))
                throw new InvalidOperationException($"{input.SpecName} does not compile, and no diagnostic says why");
            source = NetworkEmitter.Emit(input, plan);
        }

        return new CompilationOutput(input.Class.HintName, source, problems.ToEquatableArray());
    }

    /// <summary>The network as the spec has it, with all shapes and nothing merged: what an exporter or an inspector wants.</summary>
    public static Network? Resolve(CompilationInput input, List<Problem> problems)
    {
        Network? network = ResolveShapes.Run(input.Spec!, input.SpecText, input.Class.Name, problems);
        ImportedSpec? imported = input.IsImported ? new ImportedSpec(input.SpecText, input.Spec!.Outputs.Count > 0) : null;
        network = network is null ? null : BindTargets.Run(network, input.Output, input.Layers, input.Suffixes, problems, imported);
        return network is null ? null : BindWeights.Run(network, input.Weights, input.WeightPrefix, problems, reportUnused: imported is null);
    }

    /// <summary>The network as it runs; null where something is wrong.</summary>
    public static Plan? MakePlan(CompilationInput input, List<Problem> problems)
    {
        if (input.Spec is null || Resolve(input, problems) is not { } network || !CheckLabels.Run(input, network, problems))
            return null;
        WarnOfGuesses.Run(input, network, problems);
        network = LowerToLinear.Run(network);
        network = FoldAffines.Run(network);
        network = FuseResiduals.Run(network);
        network = FuseActivations.Run(network);
        IReadOnlyList<BackwardStep> backward = BackwardSlice.Run(network);
        IReadOnlyList<SumsSlice> sums = SumsSlices.Run(network, backward);
        return PlanMemory.Run(network, ChainConvolutions.Run(network), backward, sums, problems);
    }
}
