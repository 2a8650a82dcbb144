namespace GradCam.Images;

/// <summary>An executor that turns photos into input where its memory is, in place of the host.</summary>
internal interface IImageExecutor
{
    /// <summary>Writes a photo to an input of a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="destination">The input.</param>
    /// <param name="preprocessor">What to do; changed by the call.</param>
    /// <param name="image">The photo.</param>
    /// <returns>The part of the photo that the network sees.</returns>
    PhotoRegion WriteImage(int sample, in Tensor destination, ImagePreprocessor preprocessor, in ImageView image);

    /// <summary>Copies an input as the last photo became it; the network's own is overwritten on the way.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="input">The input.</param>
    /// <param name="destination">Packed [height, width, channels].</param>
    void ReadInput(int sample, in Tensor input, Span<float> destination);
}
