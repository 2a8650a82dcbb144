using System.Globalization;
using Spectre.Console;

namespace GradCam.Gen.Tool.Terminal;

/// <summary>How far work is whose steps take very different times: a bar with the step at work and the time since the start, on a terminal alone.</summary>
internal sealed class StepProgress : IProgress<double>
{
    private readonly ProgressTask? _bar;
    private readonly int _steps;
    private int _begun;
    private string _name = "";
    private int _percent;

    private StepProgress(ProgressTask? bar, int steps) => (_bar, _steps) = (bar, steps);

    /// <summary>For work of which nobody sees how far it is.</summary>
    public static StepProgress Hidden { get; } = new(null, 0);

    /// <summary>Runs work.</summary>
    /// <param name="console">Where the bar is, if it is a terminal.</param>
    /// <param name="steps">How many steps there are, at most.</param>
    /// <param name="work">Is given what is to be told of each.</param>
    public static void Run(IAnsiConsole console, int steps, Action<StepProgress> work)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            work(Hidden);
            return;
        }

        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(progress =>
            {
                ProgressTask bar = progress.AddTask("0 %", maxValue: steps);
                work(new StepProgress(bar, steps));
                bar.Value = steps;
            });
    }

    /// <summary>The step before is done, if there was one, and another begins.</summary>
    /// <param name="name">What it is called.</param>
    public void Begin(string name)
    {
        if (_bar is null)
            return;
        (_name, _percent) = (name, 0);
        _begun++;
        Show(0);
    }

    /// <summary>A part of the step is done.</summary>
    /// <param name="value">Its share, from 0 to 1. Where a step runs again, what was told of it stays.</param>
    public void Report(double value)
    {
        int percent = (int)(100 * value);
        if (_bar is null || percent <= _percent)
            return;
        _percent = percent;
        Show(value);
    }

    /// <summary>One part of several of a step, one after the other.</summary>
    /// <param name="index">Which.</param>
    /// <param name="count">How many there are.</param>
    public IProgress<double> Part(int index, int count) => new PartProgress(this, index, count);

    private void Show(double share)
    {
        // Less than a step: what is complete is hidden.
        _bar!.Value = _begun - 1 + Math.Min(share, 0.99);
        string step = _steps > 1 ? string.Create(CultureInfo.InvariantCulture, $"{_begun} of {_steps}: ") : "";
        string percent = _percent is > 0 and < 100 ? string.Create(CultureInfo.InvariantCulture, $", {_percent} %") : "";
        _bar.Description = Markup.Escape($"{step}{Printable.Name(_name)}{percent}");
    }

    private sealed class PartProgress(StepProgress step, int index, int count) : IProgress<double>
    {
        public void Report(double value) => step.Report((index + value) / count);
    }
}
