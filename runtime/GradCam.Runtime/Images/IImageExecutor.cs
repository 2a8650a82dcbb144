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
}
