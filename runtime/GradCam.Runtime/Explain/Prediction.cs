namespace GradCam;

/// <summary>A class and how probable the network finds it.</summary>
/// <param name="ClassIndex">The class's index.</param>
/// <param name="Probability">As <see cref="NetworkSession.Probabilities()"/> has it.</param>
public readonly record struct Prediction(int ClassIndex, float Probability);
