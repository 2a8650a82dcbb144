namespace GradCam.SameBits;

/// <summary>A hash of floats' bits that needs no library of the system's: FNV-1a (Fowler, Noll and Vo), 64 bits.</summary>
internal struct Fingerprint()
{
    private const ulong Prime = 1099511628211;

    private ulong _value = 14695981039346656037;

    /// <summary>Takes numbers in.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            Add(BitConverter.SingleToUInt32Bits(value));
    }

    /// <summary>Takes a double in.</summary>
    public void Add(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        Add((uint)bits);
        Add((uint)(bits >> 32));
    }

    /// <summary>Takes a text in.</summary>
    public void Add(string text)
    {
        foreach (char letter in text)
            Add((uint)letter);
    }

    /// <inheritdoc/>
    public override readonly string ToString() => _value.ToString("x16");

    private void Add(uint bits)
    {
        for (int shift = 0; shift < 32; shift += 8)
            _value = (_value ^ (bits >> shift & 0xFF)) * Prime;
    }
}
