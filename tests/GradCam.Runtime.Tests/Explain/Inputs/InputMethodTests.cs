using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using GradCam.Explain.Inputs;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>What an input method must have.</summary>
public class InputMethodTests
{
    public static TheoryData<string> Keys() => [.. InputMethod.All.Select(method => method.Key)];

    [Fact]
    public void The_registry_has_every_member_once()
    {
        IEnumerable<InputMethod> members = typeof(InputMethod).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType.IsAssignableTo(typeof(InputMethod))).Select(property => (InputMethod)property.GetValue(null)!);
        Assert.Equal(members.Select(method => method.Key).Order(), InputMethod.All.Select(method => method.Key).Order());
        Assert.Equal(InputMethod.All.Count, InputMethod.All.Select(method => method.Key).Distinct().Count());
        Type[] classes = [.. typeof(InputMethod).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(InputMethod)) && !type.IsAbstract)];
        Assert.All(classes, type => Assert.Contains(InputMethod.All, method => method.GetType() == type));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_method_has_a_member_name_formula_paper_and_cost(string key)
    {
        InputMethod method = InputMethod.Parse(key);
        PropertyInfo member = Assert.Single(
            typeof(InputMethod).GetProperties(BindingFlags.Public | BindingFlags.Static), property => ReferenceEquals(property.GetValue(null), method));
        Assert.Same(method, InputMethod.Parse(member.Name));
        Assert.Same(method, InputMethod.Parse(method.Name));
        Assert.Equal(method.Name, method.ToString());
        Assert.Matches("^[a-z0-9]+$", method.Key);
        Assert.Contains("values = ", method.Formula, StringComparison.Ordinal);
        Assert.Contains("map = ", method.Formula, StringComparison.Ordinal);
        Assert.Contains(method.Year.ToString(CultureInfo.InvariantCulture), method.Paper, StringComparison.Ordinal);
        Assert.Contains("forward", method.Cost, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_method_has_a_row_in_the_page(string key)
    {
        InputMethod method = InputMethod.Parse(key);
        string formula = method.Formula.Replace("; ", "<br>", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
        string row = $"| `{method.Key}` | {method.Name} | {formula} | {method.Cost} | {method.Paper} |";
        Assert.Contains(row, ReadPage("Explain.Inputs.README.md").Split('\n'));
    }

    /// <summary>The page on choosing says what each costs: of photo10, and of networks of 224x224 pixels.</summary>
    [Fact]
    public void The_page_on_choosing_has_every_methods_passes()
    {
        string[] rows = [.. ReadPage("Explain.CHOOSING.md").Split('\n').Where(row => Regex.IsMatch(row, @"\| [\d,]+ \+ [\d,]+ \|"))];
        var said = new Dictionary<string, string[]>();
        foreach (string[] cells in rows.Select(row => row.Split(" | ")))
        {
            foreach (string name in cells[0].TrimStart('|', ' ').Split(", "))
                said.Add(name, cells[1..3]);
            // What it is good and bad at.
            Assert.Equal(5, cells.Length);
            Assert.All(cells, cell => Assert.NotEmpty(cell.Trim()));
        }

        Assert.Equal(InputMethod.All.Select(method => method.Name).Order(StringComparer.Ordinal), said.Keys.Order(StringComparer.Ordinal));
        foreach (InputMethod method in InputMethod.All)
            Assert.Equal([Count(method, 32), Count(method, 224)], said[method.Name]);

        static string Count(InputMethod method, int side)
        {
            PassCount passes = method.CountPasses(new Tensor(0, 3, side, side));
            return string.Create(CultureInfo.InvariantCulture, $"{passes.Forwards:N0} + {passes.Backwards:N0}");
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_passes_are_those_that_were_counted(string key)
    {
        InputMethod method = InputCases.Short(InputMethod.Parse(key));
        using NetworkSession session = InputNetworks.Session("Rectified");
        var heard = new Heard();
        Attribution attribution = session.Attribute(
            InputNetworks.Input("Rectified"), TensorLayout.Chw, 1, method, new ExplainOptions { Progress = heard });
        Assert.Equal(method.CountPasses(session.Info.Input), new PassCount(attribution.Forwards, attribution.Backwards));
        Assert.Equal(1, heard.Shares[^1]);
        Assert.Equal(heard.Shares.Order(), heard.Shares);
        Assert.Equal(method.Needs == InputNeeds.InputGradient, attribution.Backwards > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("saliencyy")]
    [InlineData("gradcam")]
    public void An_unknown_name_is_refused_with_the_known_ones(string name)
    {
        Assert.Contains("saliency, ", Assert.Throws<ArgumentException>(() => InputMethod.Parse(name)).Message, StringComparison.Ordinal);
        Assert.False(InputMethod.TryParse(name, out _));
        Assert.False(InputMethod.TryParse(null, out _));
    }

    [Fact]
    public void Parameters_out_of_range_are_refused_by_name()
    {
        Assert.Equal("Steps", Assert.Throws<ArgumentOutOfRangeException>(() => InputMethod.IntegratedGradients with { Steps = 0 }).ParamName);
        Assert.Equal("Rule", Assert.Throws<ArgumentOutOfRangeException>(() => InputMethod.IntegratedGradients with { Rule = (PathRule)9 }).ParamName);
        Assert.Equal("Samples", Assert.Throws<ArgumentOutOfRangeException>(() => InputMethod.SmoothGrad with { Samples = -1 }).ParamName);
        Assert.Equal("NoiseLevel", Assert.Throws<ArgumentOutOfRangeException>(() => InputMethod.VarGrad with { NoiseLevel = double.NaN }).ParamName);
        Assert.Equal("Share", Assert.Throws<ArgumentOutOfRangeException>(() => InputMethod.Rise with { Share = 0 }).ParamName);
        Assert.Equal("Baselines", Assert.Throws<ArgumentException>(() => InputMethod.ExpectedGradients with { Baselines = [] }).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Segmentation.Grid(0, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => Segmentation.Grid(1000, 1000));
        Assert.Throws<ArgumentException>(() => Segmentation.FromLabels([0, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Baseline.Blurred(double.PositiveInfinity));
    }

    [Fact]
    public void Methods_of_the_same_parameters_are_equal()
    {
        Assert.Equal(InputMethod.IntegratedGradients with { Steps = 10 }, InputMethod.IntegratedGradients with { Steps = 10 });
        Assert.NotEqual<InputMethod>(InputMethod.IntegratedGradients with { Steps = 10 }, InputMethod.IntegratedGradients);
        Assert.NotEqual<InputMethod>(InputMethod.SmoothGrad, InputMethod.VarGrad);
    }

    private static string ReadPage(string name)
    {
        using var reader = new StreamReader(typeof(InputMethodTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private sealed class Heard : IProgress<double>
    {
        public List<double> Shares { get; } = [];

        public void Report(double value) => Shares.Add(value);
    }
}
