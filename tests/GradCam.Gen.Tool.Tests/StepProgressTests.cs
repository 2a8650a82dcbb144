using GradCam.Gen.Tool.Terminal;
using Spectre.Console;

namespace GradCam.Gen.Tool.Tests;

/// <summary>The bar of work in steps.</summary>
public class StepProgressTests
{
    [Fact]
    public void A_terminal_shows_the_step_at_work()
    {
        string shown = Shown(isTerminal: true, progress =>
        {
            progress.Begin("Grad-CAM");
            progress.Begin("RISE [4 cells]");
            progress.Report(0.43);
            // The same step once more, to be timed.
            progress.Report(0.1);
        }, until: "43 %");
        Assert.Contains("2 of 3: RISE [4 cells], 43 %", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("10 %", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_gets_nothing() => Assert.Empty(Shown(isTerminal: false, progress =>
    {
        progress.Begin("RISE");
        progress.Report(0.5);
    }));

    [Fact]
    public void What_stops_the_work_ends_the_bar()
    {
        string shown = Shown(isTerminal: true, progress =>
        {
            progress.Begin("RISE");
            throw new OperationCanceledException();
        });
        // The cursor is there again.
        Assert.True(shown.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > shown.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
    }

    [Fact]
    public void One_step_is_not_counted_and_its_parts_are_shares_of_it()
    {
        string shown = Shown(isTerminal: true, progress =>
        {
            progress.Begin("RISE");
            progress.Part(1, 4).Report(0.5);
        }, until: " RISE, 37 %", steps: 1);
        Assert.DoesNotContain("1 of 1", shown, StringComparison.Ordinal);
    }

    /// <summary>Runs work, waits until it is shown, and gives all that was.</summary>
    private static string Shown(bool isTerminal, Action<StepProgress> work, string until = "", int steps = 3)
    {
        using var writer = new StringWriter();
        TextWriter shared = TextWriter.Synchronized(writer);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(shared),
        });
        try
        {
            StepProgress.Run(console, steps, progress =>
            {
                work(progress);
                Assert.True(SpinWait.SpinUntil(() => Text().Contains(until, StringComparison.Ordinal), TimeSpan.FromSeconds(20)), Text());
            });
        }
        catch (OperationCanceledException)
        {
        }

        return Text();

        string Text()
        {
            // It locks itself.
            lock (shared)
                return writer.ToString();
        }
    }
}
