namespace GradCam.Explain.Runs;

/// <summary>Makes what a run of the network begins with: an input, or a layer's activations.</summary>
/// <param name="run">The run's number.</param>
/// <param name="values">Packed [height, width, channels]; holds anything.</param>
internal delegate void RunWriter(int run, Span<float> values);
