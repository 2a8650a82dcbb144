using GradCam.Gen.Tool.Reports;

namespace GradCam.Gen.Tool.Explain;

/// <summary>Who explains photos: a network on each device, and sessions of it, among which the photos are shared.</summary>
internal sealed class PhotoWorkers : IDisposable
{
    /// <summary>Sessions of a device at most: it waits while a photo is read and its overlay written, which takes a core.</summary>
    private const int MostOfDevice = 4;

    private readonly Stack<IDisposable> _owned = new();

    /// <summary>Loads the network.</summary>
    /// <param name="chosen">The network.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="photos">How many photos.</param>
    /// <exception cref="NetworkException">The network cannot be loaded.</exception>
    public PhotoWorkers(ChosenNetwork chosen, Settings settings, int photos)
    {
        NetworkFiles files = settings.IsWithManifest ? NetworkFiles.Of(chosen) : new NetworkFiles(null, null);
        NetworkOptions?[] devices = settings.IsReproducible ? [new ReproducibleCpuOptions()] : settings.Devices.Count > 0 ? [.. settings.Devices] : [null];
        int sessions = settings.Devices.Count == 0 ? 1
            : Math.Min(photos, devices.Length * Math.Clamp(Environment.ProcessorCount / devices.Length, 1, MostOfDevice));
        try
        {
            ILoadedNetwork[] networks = [.. devices.Take(sessions).Select(options => Own(chosen.Load(options)))];
            All = [.. Enumerable.Range(0, sessions).Select(i => Make(Own(networks[i % networks.Length].CreateSession())))];
        }
        catch
        {
            Dispose();
            throw;
        }

        PhotoExplainer Make(NetworkSession session)
        {
            MapMaker? maps = settings.Report is null ? null : new MapMaker(session, settings.Report, settings.Counterfactual, photos, settings.Options);
            return new PhotoExplainer(session, settings, files, maps);
        }
    }

    /// <summary>The workers, at least one.</summary>
    public IReadOnlyList<PhotoExplainer> All { get; }

    /// <summary>What a report's maps were made with: by the first who made some.</summary>
    public MapMaker Maps => (All.FirstOrDefault(worker => worker.Maps!.Costs is not null) ?? All[0]).Maps!;

    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? owned))
            owned.Dispose();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
