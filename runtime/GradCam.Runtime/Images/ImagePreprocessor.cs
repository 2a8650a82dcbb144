using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GradCam.Numerics;

namespace GradCam.Images;

/// <summary>
/// Turns photos of any size into a network's input. Keeps its tables, so photos of one size after the other allocate nothing. Not thread-safe.
/// </summary>
/// <remarks>
/// <para>Resizing is a triangle filter with antialiasing and half-pixel centres, in float (PyTorch's interpolate with antialias=True; Pillow's BILINEAR but for
/// its rounding to whole levels). A photo of the size that is asked for passes unchanged.</para>
/// <para>With <see cref="ImagePreprocessing.ResizeShorterSide"/> N the shorter side becomes N and the longer one floor(N * long / short), and the centre is
/// cropped as torchvision's CenterCrop does; only that part is computed. Where N is too small for the input to be filled, as much as fills it is taken
/// instead.</para>
/// <para>Memory: one row of the photo in floats, whatever its height.</para>
/// </remarks>
public sealed class ImagePreprocessor
{
    private readonly ImagePreprocessing _preprocessing;
    private readonly int _channels;
    private readonly int _height;
    private readonly int _width;
    private readonly bool _takesPhotos = true;
    private readonly ResampleFilter _rows = new();
    private readonly ResampleFilter _columns = new();

    /// <summary>One row's factors and summands, [width, channels]: input = pixel * factor + summand.</summary>
    private readonly float[] _factors;
    private readonly float[] _summands;
    private float[] _row = [];

    /// <summary>Prepares for a network.</summary>
    /// <param name="info">The network.</param>
    /// <exception cref="ArgumentException">Mean or std do not have a value a channel, or a std is 0.</exception>
    public ImagePreprocessor(NetworkInfo info)
        : this(info, 0)
    {
    }

    /// <summary>Prepares for one of a network's inputs.</summary>
    /// <param name="info">The network.</param>
    /// <param name="input">Which input, by index.</param>
    /// <exception cref="ArgumentException">Mean or std do not have a value a channel, or a std is 0.</exception>
    public ImagePreprocessor(NetworkInfo info, int input)
        : this((info ?? throw new ArgumentNullException(nameof(info))).Preprocessing, info.Inputs[input].Tensor)
    {
        _takesPhotos = info.PreprocessingOrigin != PreprocessingOrigin.TensorsOnly;
    }

    private ImagePreprocessor(ImagePreprocessing preprocessing, in Tensor input)
        : this(preprocessing, input.Channels, input.Height, input.Width)
    {
    }

    /// <summary>Prepares for an input shape.</summary>
    /// <param name="preprocessing">What to do.</param>
    /// <param name="channels">The input's channels.</param>
    /// <param name="height">The input's height.</param>
    /// <param name="width">The input's width.</param>
    /// <exception cref="ArgumentException">Mean or std do not have a value a channel, or a std is 0.</exception>
    public ImagePreprocessor(ImagePreprocessing preprocessing, int channels, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegative(preprocessing.ResizeShorterSide);
        CheckCount(preprocessing.Mean, channels, "mean");
        CheckCount(preprocessing.StandardDeviation, channels, "std");
        for (int i = 0; i < preprocessing.StandardDeviation.Count; i++)
        {
            if (preprocessing.StandardDeviation[i] == 0)
                throw new ArgumentException("A std of 0 would divide by zero.", nameof(preprocessing));
        }

        (_preprocessing, _channels, _height, _width) = (preprocessing, channels, height, width);
        _factors = new float[width * channels];
        _summands = new float[width * channels];
        for (int i = 0; i < _factors.Length; i++)
        {
            double mean = preprocessing.Mean.Count == 0 ? 0 : preprocessing.Mean[i % channels];
            double std = preprocessing.StandardDeviation.Count == 0 ? 1 : preprocessing.StandardDeviation[i % channels];
            _factors[i] = (float)(preprocessing.Scale / std);
            _summands[i] = (float)(-mean / std);
        }
    }

    /// <summary>How it is computed.</summary>
    internal Arithmetic Arithmetic { get; init; } = MachineArithmetic.Instance;

    /// <summary>The resize along y, for the last photo.</summary>
    internal ResampleFilter Rows => _rows;

    /// <summary>The resize along x.</summary>
    internal ResampleFilter Columns => _columns;

    /// <summary>Fills a network's input.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="destination">[height, width, channels], packed.</param>
    /// <returns>The part of the photo that the network sees.</returns>
    /// <exception cref="ArgumentException">The photo is empty, or the destination has not the input's length.</exception>
    /// <exception cref="InvalidOperationException">
    /// The input has neither one nor three channels, so that no photo fits it, or the network takes none (<see cref="PreprocessingOrigin.TensorsOnly"/>).
    /// </exception>
    public PhotoRegion Apply(in ImageView image, Span<float> destination)
    {
        CheckTakes(image);
        if (destination.Length != _height * _width * _channels)
            throw new ArgumentException($"Expected {_height}x{_width}x{_channels} floats, found {destination.Length}.", nameof(destination));

        PhotoRegion region = PrepareFilters(image);
        int pixelBytes = image.Format.BytesPerPixel();
        int firstByte = _columns.InputStart * pixelBytes;
        int rowLength = (_columns.InputEnd - _columns.InputStart) * pixelBytes;
        // FilterColumns loads four floats at the last pixel, which may have one or three.
        if (_row.Length < rowLength + Vector128<float>.Count)
            _row = new float[rowLength + Vector128<float>.Count];
        Span<float> row = _row.AsSpan(0, rowLength);
        for (int y = 0; y < _height; y++)
        {
            ReadOnlySpan<float> taps = _rows.Taps(y, out int start);
            for (int i = 0; i < taps.Length; i++)
            {
                ReadOnlySpan<byte> source = image.Row(start + i).Slice(firstByte, rowLength);
                if (i == 0)
                    Scale(source, taps[i], row);
                else
                    Arithmetic.AddScaled(source, taps[i], row);
            }

            Span<float> output = destination.Slice(y * _factors.Length, _factors.Length);
            FilterColumns(image.Format, output);
            Arithmetic.MultiplyAdd(output, _factors, _summands);
        }

        return region;
    }

    /// <summary>Prepares the filters for a photo, for a device that resizes by itself.</summary>
    /// <returns>The part of the photo that the network sees.</returns>
    internal PhotoRegion Prepare(in ImageView image)
    {
        CheckTakes(image);
        return PrepareFilters(image);
    }

    /// <summary>How the bytes of a pixel become the input's channels.</summary>
    internal ImageChannels Channels(PixelFormat format)
    {
        bool isGray = _channels == 1 || _preprocessing.Order == ChannelOrder.Gray;
        return new ImageChannels(
            IsBlueFirst(format) != (_preprocessing.Order == ChannelOrder.Bgr), isGray, LumaOf(format), _factors.AsMemory(0, _channels),
            _summands.AsMemory(0, _channels));
    }

    private static bool IsBlueFirst(PixelFormat format) => format is PixelFormat.Bgr24 or PixelFormat.Bgra32;

    /// <summary>ITU-R BT.601 luma, in the order of the pixel's bytes.</summary>
    private static Vector128<float> LumaOf(PixelFormat format) =>
        IsBlueFirst(format) ? Vector128.Create(0.114f, 0.587f, 0.299f, 0) : Vector128.Create(0.299f, 0.587f, 0.114f, 0);

    private void CheckTakes(in ImageView image)
    {
        if (image.Width == 0)
            throw new ArgumentException("The image is empty (the default value of ImageView).", nameof(image));
        if (_channels is not (1 or 3))
            throw new InvalidOperationException($"The network's input has {_channels} channels, a photo 1 or 3: pass a float tensor instead.");
        if (!_takesPhotos)
        {
            throw new InvalidOperationException(
                "The network takes no photos (its spec says 'image none', or its input is one pixel): pass a float tensor instead.");
        }
    }

    private PhotoRegion PrepareFilters(in ImageView image)
    {
        long resizedHeight = _height;
        long resizedWidth = _width;
        if (_preprocessing.ResizeShorterSide > 0)
        {
            int shorter = Math.Min(image.Width, image.Height);
            long side = _preprocessing.ResizeShorterSide;
            (resizedHeight, resizedWidth) = (side * image.Height / shorter, side * image.Width / shorter);
            if (resizedHeight < _height || resizedWidth < _width)
            {
                // The smallest resize of the photo's shape that covers the input.
                bool byHeight = (long)_height * image.Width >= (long)_width * image.Height;
                resizedHeight = byHeight ? _height : Math.Max(_height, (long)_width * image.Height / image.Width);
                resizedWidth = byHeight ? Math.Max(_width, (long)_height * image.Width / image.Height) : _width;
            }
        }

        // Half to even, as Python's round in torchvision's center_crop.
        long top = (long)Math.Round((resizedHeight - _height) / 2.0, MidpointRounding.ToEven);
        long left = (long)Math.Round((resizedWidth - _width) / 2.0, MidpointRounding.ToEven);
        _rows.Prepare(image.Height, resizedHeight, top, _height);
        _columns.Prepare(image.Width, resizedWidth, left, _width);
        double scaleY = (double)image.Height / resizedHeight;
        double scaleX = (double)image.Width / resizedWidth;
        return resizedHeight == _height && resizedWidth == _width
            ? PhotoRegion.Whole(image.Width, image.Height)
            : new PhotoRegion
            {
                PhotoWidth = image.Width,
                PhotoHeight = image.Height,
                Left = left * scaleX,
                Top = top * scaleY,
                Width = _width * scaleX,
                Height = _height * scaleY,
            };
    }

    /// <summary>Filters <see cref="_row"/> along x to a row of [width, channels] pixel values.</summary>
    private void FilterColumns(PixelFormat format, Span<float> output)
    {
        if (format == PixelFormat.Gray8)
        {
            for (int x = 0; x < _width; x++)
            {
                ReadOnlySpan<float> taps = _columns.Taps(x, out int start);
                float value = Arithmetic.Dot(taps, _row.AsSpan(start - _columns.InputStart, taps.Length));
                output.Slice(x * _channels, _channels).Fill(value);
            }

            return;
        }

        int stride = format.BytesPerPixel();
        bool gray = _channels == 1 || _preprocessing.Order == ChannelOrder.Gray;
        bool swap = IsBlueFirst(format) != (_preprocessing.Order == ChannelOrder.Bgr);
        Vector128<float> luma = LumaOf(format);
        ref float row = ref MemoryMarshal.GetArrayDataReference(_row);
        for (int x = 0; x < _width; x++)
        {
            ReadOnlySpan<float> taps = _columns.Taps(x, out int start);
            // Reads up to (InputEnd - InputStart) * stride + 1 floats; _row has four more than the row.
            ref float pixel = ref Unsafe.Add(ref row, (start - _columns.InputStart) * stride);
            Vector128<float> sum = Vector128<float>.Zero;
            for (int i = 0; i < taps.Length; i++)
                sum += taps[i] * Vector128.LoadUnsafe(ref Unsafe.Add(ref pixel, i * stride));
            if (gray)
            {
                output.Slice(x * _channels, _channels).Fill(Luma(sum, luma));
                continue;
            }

            Span<float> channels = output.Slice(x * 3, 3);
            channels[0] = swap ? sum.GetElement(2) : sum.GetElement(0);
            channels[1] = sum.GetElement(1);
            channels[2] = swap ? sum.GetElement(0) : sum.GetElement(2);
        }
    }

    /// <summary>The sum of the products, of which the machine's own has an order of its own.</summary>
    private float Luma(Vector128<float> pixel, Vector128<float> weights)
    {
        if (!Arithmetic.IsReproducible)
            return Vector128.Dot(pixel, weights);
        Vector128<float> products = pixel * weights;
        return products.GetElement(0) + products.GetElement(1) + products.GetElement(2);
    }

    /// <summary>destination = source * weight.</summary>
    private static void Scale(ReadOnlySpan<byte> source, float weight, Span<float> destination)
    {
        int i = 0;
        ref byte bytes = ref MemoryMarshal.GetReference(source);
        // As many floats as bytes: what is read and written lies within both.
        ref float floats = ref MemoryMarshal.GetReference(destination[..source.Length]);
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Bytes.Widen(Vector.LoadUnsafe(ref bytes, (nuint)i), out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d);
            ref float target = ref Unsafe.Add(ref floats, i);
            (a * weight).StoreUnsafe(ref target);
            (b * weight).StoreUnsafe(ref target, (nuint)Vector<float>.Count);
            (c * weight).StoreUnsafe(ref target, 2 * (nuint)Vector<float>.Count);
            (d * weight).StoreUnsafe(ref target, 3 * (nuint)Vector<float>.Count);
        }

        for (; i < source.Length; i++)
            destination[i] = source[i] * weight;
    }

    private static void CheckCount(IReadOnlyList<float> values, int channels, string name)
    {
        if (values.Count != 0 && values.Count != channels)
            throw new ArgumentException($"The preprocessing's {name} has {values.Count} values; the input has {channels} channels.");
    }
}
