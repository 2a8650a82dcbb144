using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>The place of a weight tensor in <see cref="NetworkInfo.Weights"/>, or none (the default value).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct WeightRef
{
    private readonly int _indexPlusOne;

    private WeightRef(int index) => _indexPlusOne = index + 1;

    /// <summary>True unless this is the default value.</summary>
    public bool IsPresent => _indexPlusOne != 0;

    /// <summary>Index into <see cref="NetworkInfo.Weights"/>; -1 when there is none.</summary>
    public int Index => _indexPlusOne - 1;

    /// <summary>A reference to the tensor at <paramref name="index"/>.</summary>
    public static implicit operator WeightRef(int index) => new(index);
}
