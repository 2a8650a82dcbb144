namespace GradCam.Explain.Inputs;

/// <summary>Inputs to be scored. An input depends on its number alone, so that they may be made in any order, and more than once.</summary>
internal interface IInputSource
{
    /// <summary>Makes one.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="destination">The input, packed [height, width, channels]; holds anything.</param>
    void Fill(int index, Span<float> destination);
}
