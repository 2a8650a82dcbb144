namespace GradCam.Gen.Tool.Terminal;

/// <summary>What a program's exit code says. Each command's help lists those it ends with.</summary>
internal static class ExitCode
{
    /// <summary>All was done.</summary>
    public const int Success = 0;

    /// <summary>A file could not be read, used or written.</summary>
    public const int Failed = 1;

    /// <summary>The command line asks for what there is not: an option, a class, a layer.</summary>
    public const int Usage = 2;

    /// <summary>The network could not be loaded.</summary>
    public const int Network = 3;

    /// <summary>A fault of the program itself.</summary>
    public const int Fault = 70;

    /// <summary>Ctrl+C.</summary>
    public const int Interrupted = 130;

    /// <summary>A request to end (SIGTERM).</summary>
    public const int Terminated = 143;
}
