namespace GradCam;

/// <summary>A class and how probable the network finds it.</summary>
/// <param name="ClassIndex">The class's index.</param>
/// <param name="Probability">Its softmax; NaN where the logits are not finite.</param>
public readonly record struct Prediction(int ClassIndex, float Probability);
