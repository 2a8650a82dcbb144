using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>How a group multiplies a slice of pixels by a slice of channels, and where its sums are meanwhile.</summary>
internal interface IProduct
{
    /// <summary>Pixels that are left empty behind those of a term in shared memory, so that what a warp reads together lies in different banks.</summary>
    int Gap { get; }

    /// <summary>The same of channels.</summary>
    int ChannelGap { get; }

    /// <summary>Begins with sums of 0.</summary>
    void Clear();

    /// <summary>Adds a slice's products.</summary>
    /// <param name="shared">Both slices, [terms, pixels] and [terms, channels].</param>
    /// <param name="pixels">Where the slice of pixels begins.</param>
    /// <param name="pixelStride">From a term to the next.</param>
    /// <param name="channels">Where the slice of channels begins.</param>
    /// <param name="channelStride">From a term to the next.</param>
    void Add(ArrayView<Float4> shared, int pixels, int pixelStride, int channels, int channelStride);

    /// <summary>Ends a part of the sum: what follows is added up by itself, and then to the parts before.</summary>
    void Fold();

    /// <summary>
    /// Writes one of the tile's quarters (halves, if it is not wide) to shared memory, [4 threads along the pixels, 4 threads along the channels].
    /// </summary>
    void Store(ArrayView<Float4> shared, int block);
}
