namespace GradCam.Explain.Runs;

/// <summary>Takes what a run of the network left at the layer; in the order of the runs, and valid until it returns.</summary>
/// <param name="run">The run's number.</param>
/// <param name="activations">Packed [height, width, channels].</param>
/// <param name="gradients">The target's, likewise.</param>
internal delegate void LayerReader(int run, ReadOnlyMemory<float> activations, ReadOnlyMemory<float> gradients);
