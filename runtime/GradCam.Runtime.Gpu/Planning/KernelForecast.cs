using GradCam.Explain.Maps;
using GradCam.Gpu.Devices;
using GradCam.Gpu.Memory;

namespace GradCam.Gpu.Planning;

/// <summary>
/// Which kernels a session will take for a photo's logits and its Grad-CAM at the first layer. Its passes run on a backend whose launchers do nothing, so that
/// it is the backend itself that says so. What else a session is asked for is loaded then.
/// </summary>
internal static class KernelForecast
{
    /// <summary>Those that do not depend on the network's operations: they are loaded while its weights are read.</summary>
    public static IReadOnlyList<KernelSource> OfPhotosAndMaps(NetworkInfo info, GpuDevice device)
    {
        var listing = new KernelListing();
        var kernels = new KernelSet(listing, device.HasShuffles);
        _ = info.PreprocessingOrigin == PreprocessingOrigin.TensorsOnly ? (object)kernels.Write : kernels.Image;
        _ = kernels.Read;
        if (device.HasDoubles && info.Layers.Count > 0 && HasGradient(info.Layers[0]))
            _ = (kernels.PixelTerm<GradientTerm>(), kernels.ChannelFormula<MeanFormula>(), kernels.ChannelTerm<ActivationTerm>(), kernels.Heatmap);
        return listing.Sources;
    }

    /// <summary>Those of the passes.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="batch">Samples that run together.</param>
    public static IReadOnlyList<KernelSource> OfPasses<TNetwork>(GpuPlan plan, int batch)
        where TNetwork : INetwork
    {
        var listing = new KernelListing();
        var backend = new GpuBackend(plan, GpuWorkspace.WithoutMemory(plan, batch, new KernelSet(listing, plan.Device.HasShuffles)));
        TNetwork.RunForward(ref backend);
        if (TNetwork.Info.Layers.Count > 0 && HasGradient(TNetwork.Info.Layers[0]))
        {
            if (TNetwork.Info.Layers[0].GradientSums.IsEmpty)
                TNetwork.RunBackward(ref backend, layer: 0, @class: 0, seed: 1);
            else
                TNetwork.RunGradientSums(ref backend, layer: 0, @class: 0, seed: 1);
        }

        return listing.Sources;
    }

    private static bool HasGradient(LayerInfo layer) => !layer.Gradient.IsEmpty;
}
