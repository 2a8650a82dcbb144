using System.CommandLine;

namespace GradCam.Gen.Tool.Explain;

/// <summary>The networks that a command can take: one that is built in, or any that the command line names.</summary>
internal interface INetworkSource
{
    /// <summary>The network that is taken where the command line names none; help lists its classes and layers.</summary>
    NetworkInfo BuiltIn { get; }

    /// <summary>True where the command line can name another.</summary>
    bool TakesOthers { get; }

    /// <summary>Adds the options that name another.</summary>
    void AddTo(Command command);

    /// <summary>The network that the command line names.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="layers">The layers to explain at, as typed; none for the one that the network has for it.</param>
    /// <param name="isWithInput">True for the gradient at the input as well, which some methods need.</param>
    /// <exception cref="Terminal.UsageException">It has no such layer.</exception>
    /// <exception cref="NetworkException">It cannot be used.</exception>
    ChosenNetwork Choose(ParseResult result, IReadOnlyList<string> layers, bool isWithInput);

    /// <summary>The network that the command line names, to be explained at the last layer of each size of map, the usual layer first.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="isWithInput">True for the gradient at the input as well.</param>
    /// <exception cref="NetworkException">It cannot be used.</exception>
    ChosenNetwork ChooseStages(ParseResult result, bool isWithInput);
}
