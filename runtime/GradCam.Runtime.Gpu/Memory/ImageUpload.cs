using System.Runtime.InteropServices;
using GradCam.Gpu.Kernels;
using GradCam.Images;
using ILGPU;

namespace GradCam.Gpu.Memory;

/// <summary>Photos to a network's input: the part of the pixels that is seen, and the resize's filters, go to the device in one copy.</summary>
/// <param name="workspace">The session's memory.</param>
internal sealed class ImageUpload(GpuWorkspace workspace)
{
    /// <summary>Writes a photo to an input of the workspace's current sample.</summary>
    /// <param name="preprocessor">What to do.</param>
    /// <param name="image">The photo.</param>
    /// <param name="destination">The input.</param>
    /// <returns>The part of the photo that the network sees.</returns>
    public PhotoRegion Write(ImagePreprocessor preprocessor, in ImageView image, in Tensor destination)
    {
        PhotoRegion region = preprocessor.Prepare(image);
        ResampleFilter rows = preprocessor.Rows;
        ResampleFilter columns = preprocessor.Columns;
        int pixelBytes = image.Format.BytesPerPixel();
        int rowBytes = (columns.InputEnd - columns.InputStart) * pixelBytes;
        int seenRows = rows.InputEnd - rows.InputStart;
        int integers = checked((seenRows * rowBytes + 3) / 4);
        int rowPlaces = integers;
        int columnPlaces = rowPlaces + 2 * (rows.Count + 1);
        int rowWeights = columnPlaces + 2 * (columns.Count + 1);
        int columnWeights = rowWeights + rows.WeightCount;
        int length = checked(4 * (columnWeights + columns.WeightCount));

        ArrayView<byte> upload = workspace.Packed<byte>(length);
        Span<byte> prepared = workspace.Transfers.Prepare(length);
        for (int y = 0; y < seenRows; y++)
            image.Row(rows.InputStart + y).Slice(columns.InputStart * pixelBytes, rowBytes).CopyTo(prepared[(y * rowBytes)..]);
        Span<int> places = MemoryMarshal.Cast<byte, int>(prepared);
        Span<float> weights = MemoryMarshal.Cast<byte, float>(prepared);
        WriteFilter(rows, places[rowPlaces..], weights[rowWeights..]);
        WriteFilter(columns, places[columnPlaces..], weights[columnWeights..]);
        workspace.Transfers.Upload(prepared, upload);

        ImageChannels channels = preprocessor.Channels(image.Format);
        var args = new ImageArgs
        {
            Samples = workspace.Samples,
            Output = new MapArgs(destination),
            PixelBytes = pixelBytes,
            RowBytes = rowBytes,
            FirstRow = rows.InputStart,
            FirstColumn = columns.InputStart,
            RowPlaces = rowPlaces,
            ColumnPlaces = columnPlaces,
            RowWeights = rowWeights,
            ColumnWeights = columnWeights,
            Swaps = channels.Swaps ? 1 : 0,
            IsGray = channels.IsGray ? 1 : 0,
            Luma0 = channels.Luma[0],
            Luma1 = channels.Luma[1],
            Luma2 = channels.Luma[2],
            Factor0 = channels.Factors.Span[0],
            Summand0 = channels.Summands.Span[0],
        };
        if (destination.Channels > 1)
        {
            (args.Factor1, args.Factor2) = (channels.Factors.Span[1], channels.Factors.Span[2]);
            (args.Summand1, args.Summand2) = (channels.Summands.Span[1], channels.Summands.Span[2]);
        }

        workspace.Kernels.Image(workspace.Stream, workspace.Device.Spread(destination.Pixels), workspace.Arena, upload, args);
        return region;
    }

    /// <summary>The first input and the first weight of each output, one more pair for the end, and the weights.</summary>
    private static void WriteFilter(ResampleFilter filter, Span<int> places, Span<float> weights)
    {
        int written = 0;
        for (int i = 0; i < filter.Count; i++)
        {
            ReadOnlySpan<float> taps = filter.Taps(i, out int start);
            (places[2 * i], places[2 * i + 1]) = (start, written);
            taps.CopyTo(weights[written..]);
            written += taps.Length;
        }

        (places[2 * filter.Count], places[2 * filter.Count + 1]) = (0, written);
    }
}
