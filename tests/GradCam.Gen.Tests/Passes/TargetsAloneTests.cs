using GradCam.Conformance.Networks;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Emit;
using GradCam.Gen.Model;
using GradCam.Gen.Passes;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Tests.Passes;

/// <summary>A compiled layer costs the others nothing: a target's slices beside other targets are what they are alone.</summary>
public sealed class TargetsAloneTests
{
    private const int RandomNetworks = 300;

    public static TheoryData<string, string> Specs => new()
    {
        {
            // SqueezeNet's end: the class's channel of conv10 alone is differentiated, but where conv10 itself is a target.
            "fire9 conv10 conv10_relu",
            "input 3x13x13\nfire9: conv 16 3x3 pad 1\nrelu\nconv10: conv 10 1x1\nconv10_relu: relu\navgpool global\n"
        },
        {
            // A target's activation is not taken off in its own slice, and in passing elsewhere.
            "a a_relu b b_relu c",
            "input 3x9x9\na: conv 8 3x3 pad 1\na_relu: relu\nb: conv 8 1x1\nb_relu: relu\nc: maxpool 2x2\navgpool global\nfc: linear 5\n"
        },
        {
            // Operands of a sum and of a concatenation that take over its gradient where it lies.
            "left right joined both",
            """
            input 3x9x9
            stem: conv 8 3x3 pad 1
            left: conv 8 3x3 pad 1
            right: conv 8 1x1
            joined: add left
            both: concat (-> relu) stem
            head: conv 6 3x3
            avgpool global
            fc: linear 5
            """
        },
    };

    [Theory]
    [MemberData(nameof(Specs))]
    public void Slices_do_not_depend_on_other_targets(string layers, string spec) => Assert.Equal([], Check(spec, layers.Split(' '), out _));

    [Fact]
    public void Slices_of_random_networks_do_not_depend_on_other_targets()
    {
        var problems = new List<string>();
        int slices = 0;
        for (int seed = 0; seed < RandomNetworks; seed++)
        {
            RandomSpec spec = RandomSpec.Create(seed);
            IReadOnlyList<string> found = Check(spec.Text, spec.Layers, out int compared);
            slices += compared;
            if (found.Count > 0)
                problems.Add($"seed {seed}: {string.Join("\n", found)}\n{spec.Text}");
        }

        Assert.Equal([], problems);
        Assert.True(slices > 5 * RandomNetworks, $"{slices} slices only.");
    }

    /// <summary>Compares each target's slices where all are compiled with those where it is alone.</summary>
    /// <returns>What is dearer.</returns>
    private static List<string> Check(string spec, IReadOnlyList<string> layers, out int slices)
    {
        var problems = new List<string>();
        Plan all = MakePlan(spec, layers);
        slices = 2 * all.Network.Targets.Count;
        for (int target = 0; target < all.Network.Targets.Count; target++)
        {
            string name = all.Network.Targets[target].Name;
            Plan alone = MakePlan(spec, [name]);
            SumsSlice? sums = all.SumsSlices.SingleOrDefault(slice => slice.Target == target), sumsAlone = alone.SumsSlices.SingleOrDefault();
            Slice[] slicesHere = [.. all.Slices.Where(slice => slice.Target == target)];
            foreach (Slice slice in slicesHere)
                Compare($"{name} from {slice.Seed}", all.Steps(slice), alone.Steps(slice with { Target = 0 }));
            if (sums is not null && sumsAlone is not null)
                Compare($"sums at {name}", all.Backward.Where(sums.Runs).Concat(sums.Steps), alone.Backward.Where(sumsAlone.Runs).Concat(sumsAlone.Steps));
            else if (sums is null && sumsAlone is not null)
                problems.Add($"{name} has no sums beside other targets");

            // The layers as they are beside other targets, explained at this one: step by step the same.
            Network network = all.Network with { Targets = [all.Network.Targets[target]] };
            IReadOnlyList<BackwardStep> backward = BackwardSlice.Run(network);
            foreach (Slice slice in slicesHere)
            {
                if (!Anonymous(all.Steps(slice)).SequenceEqual(Anonymous(backward.Where(step => step.Slices.Contains(slice with { Target = 0 })))))
                    problems.Add($"{name} has other steps from {slice.Seed} beside other targets");
            }

            SumsSlice? again = SumsSlices.Run(network, backward).SingleOrDefault();
            if (!(sums?.Steps ?? []).SequenceEqual(again?.Steps ?? []))
                problems.Add($"sums at {name} have other steps beside other targets");

            void Compare(string slice, IEnumerable<BackwardStep> beside, IEnumerable<BackwardStep> single)
            {
                (string[] here, long macs) = Weighted(all, beside);
                (string[] there, long macsAlone) = Weighted(alone, single);
                if (macs > macsAlone || !here.SequenceEqual(there))
                    problems.Add($"{slice}: {macs} MAC beside other targets, {macsAlone} alone ({string.Join(", ", here)}; {string.Join(", ", there)})");
            }
        }

        return problems;
    }

    /// <summary>The steps through layers with weights: those that have multiply-accumulates. Other layers are fused or not as targets need values.</summary>
    private static (string[] Steps, long MultiplyAccumulates) Weighted(Plan plan, IEnumerable<BackwardStep> steps)
    {
        var statistics = new Statistics(plan.Network);
        BackwardStep[] weighted =
        [
            .. steps.Where(step => step.Kind == BackwardKind.Row || (step.Kind == BackwardKind.Operation && statistics.MultiplyAccumulates(step) > 0)),
        ];
        string[] words = [.. weighted.Select(step => $"{step.Kind} {step.Layer.Name} {step.FromClassChannel} {step.OnSums}")];
        return (words, weighted.Sum(statistics.MultiplyAccumulates));
    }

    private static IEnumerable<BackwardStep> Anonymous(IEnumerable<BackwardStep> steps)
    {
        Slice[] none = [];
        return steps.Select(step => step with { Slices = none }).ToList();
    }

    private static Plan MakePlan(string spec, IReadOnlyList<string> layers)
    {
        ParsedSpec parsed = SpecParser.Parse(spec);
        Assert.Empty(parsed.Problems);
        var problems = new List<Problem>();
        Plan? plan = Pipeline.MakePlan(
            new CompilationInput(
                new ClassDeclaration("Net", "", default, "public", CanBeExtended: true), parsed.Syntax, spec, "spec", null, null, null, null, null,
                layers.ToEquatableArray(), HasErrors: false),
            problems);
        Assert.True(plan is not null, string.Join("\n", problems.Select(problem => problem.Id)));
        return plan;
    }
}
