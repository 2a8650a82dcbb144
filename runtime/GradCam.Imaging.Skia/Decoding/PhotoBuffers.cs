namespace GradCam.Imaging.Skia.Decoding;

/// <summary>Memory for a photo's pixels as the file has them, and upright; kept for the next photo.</summary>
internal sealed class PhotoBuffers
{
    private byte[] _stored = [];
    private byte[] _upright = [];

    /// <summary>Zeros, so that rows that no decoder writes are transparent.</summary>
    public byte[] Stored(int length)
    {
        if (_stored.Length < length)
            _stored = new byte[length];
        else
            _stored.AsSpan(0, length).Clear();
        return _stored;
    }

    /// <summary>Anything, to be written whole.</summary>
    public byte[] Upright(int length)
    {
        if (_upright.Length < length)
            _upright = GC.AllocateUninitializedArray<byte>(length);
        return _upright;
    }
}
