using System.Diagnostics;
using System.Globalization;
using GradCam.Gen.Tool.Terminal;
using Spectre.Console;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>How far work on photos is, and the time that is left: a bar on a terminal, else a line now and then on the error stream.</summary>
/// <param name="console">Where results go.</param>
/// <param name="errors">Where lines go.</param>
internal sealed class ProgressOf(IAnsiConsole console, TextWriter errors)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Runs the work.</summary>
    /// <param name="total">How many photos.</param>
    /// <param name="work">Is given what is to be told of each photo, one after the other.</param>
    public bool Run(int total, Func<Action, bool> work)
    {
        if (!console.Profile.Capabilities.Interactive)
            return RunWithLines(total, work);
        bool isDone = false;
        console.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new ProgressBarColumn(), new TaskDescriptionColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                ProgressTask bar = progress.AddTask(string.Create(CultureInfo.InvariantCulture, $"{total} photos"), maxValue: total);
                isDone = work(() => bar.Increment(1));
            });
        return isDone;
    }

    private bool RunWithLines(int total, Func<Action, bool> work)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan told = TimeSpan.Zero;
        int done = 0;
        return work(() =>
        {
            done++;
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed - told < Interval || done == total)
                return;
            told = elapsed;
            TimeSpan left = elapsed / done * (total - done);
            Messages.TryWrite(errors, string.Create(CultureInfo.InvariantCulture, $"{done} of {total} photos, about {left:hh\\:mm\\:ss} left"));
        });
    }
}
