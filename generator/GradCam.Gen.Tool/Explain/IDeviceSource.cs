using System.CommandLine;

namespace GradCam.Gen.Tool.Explain;

/// <summary>The devices, beside the CPU, that a command can run a network on.</summary>
internal interface IDeviceSource
{
    /// <summary>Adds the option that asks for them.</summary>
    void AddTo(Command command);

    /// <summary>The devices that the command line asks for.</summary>
    /// <returns>A backend's options for each; none where the network runs on the CPU.</returns>
    /// <exception cref="NetworkException">There is none of the kind.</exception>
    IReadOnlyList<NetworkOptions> Find(ParseResult result);

    /// <summary>Whether an exception says that a device has not what is asked, or was lost.</summary>
    bool IsFailure(Exception exception);
}
