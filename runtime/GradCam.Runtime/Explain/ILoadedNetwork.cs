namespace GradCam;

/// <summary>
/// A network with its weights, whichever it is: what tools and servers hold that find out at run time. Every generated class is one, and its typed members call
/// what this one offers by name and index.
/// </summary>
public interface ILoadedNetwork : IDisposable
{
    /// <summary>The network's description: shapes, compiled layers, labels, preprocessing.</summary>
    NetworkInfo Info { get; }

    /// <summary>What was noticed while the network was loaded.</summary>
    LoadReport LoadReport { get; }

    /// <summary>Makes a session: a workspace to run the network in. One a thread; it runs no more once the network is disposed of.</summary>
    /// <param name="batch">Samples that can run together.</param>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    NetworkSession CreateSession(int batch = 1);
}
