namespace Explain;

/// <summary>What the program's exit code says; part of its help.</summary>
internal static class ExitCode
{
    /// <summary>Every photo was explained.</summary>
    public const int Success = 0;

    /// <summary>The command line asks for what there is not: an option, a class, a layer, a file.</summary>
    public const int Usage = 1;

    /// <summary>Some photos could not be read or written; the others were explained.</summary>
    public const int SomeFailed = 2;

    /// <summary>The network could not be loaded.</summary>
    public const int Network = 3;

    /// <summary>Ctrl+C.</summary>
    public const int Cancelled = 130;
}
