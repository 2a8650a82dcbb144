namespace GradCam.Explain.Maps;

/// <summary>
/// An executor of which the memory is a device's: results stay there until somebody wants them, and maps are made there, so that one copy to the host brings
/// all that there is.
/// </summary>
internal interface IResultExecutor
{
    /// <summary>Keeps the outputs of a forward pass: what runs later may use their memory.</summary>
    /// <param name="count">The samples that ran, from the first.</param>
    void KeepOutputs(int count);

    /// <summary>Copies an output that was kept.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="output">Index into <see cref="NetworkInfo.Outputs"/>.</param>
    /// <param name="destination">As long as the output.</param>
    void ReadOutput(int sample, int output, Span<float> destination);

    /// <summary>Whether the device makes a method's maps.</summary>
    bool Makes(CamMethod method);

    /// <summary>Begins to make the maps of some samples, relu and normalising included.</summary>
    /// <param name="method">A method that the device makes the maps of.</param>
    /// <param name="layer">The layer's tensors.</param>
    /// <param name="first">The first sample.</param>
    /// <param name="heatmaps">Where each sample's map goes; of the layer's size.</param>
    void QueueMaps(CamMethod method, in LayerTensors layer, int first, ReadOnlySpan<HeatmapBuffer> heatmaps);

    /// <summary>Waits for the maps that were begun, and hands them over: but for heatmaps that were made invalid since.</summary>
    void FetchMaps();
}
