using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// As <see cref="SingleProduct{TTile}"/>, but for sums that are divided into parts where fewer samples run: one group adds up all parts, each by itself and
/// then in their order, so that a sample's bits do not depend on how many run with it.
/// </summary>
/// <typeparam name="TTile">The shape of the tile.</typeparam>
internal struct FoldedProduct<TTile> : IProduct
    where TTile : struct, ITile
{
    private SingleProduct<TTile> _part;
    private Block _sums00;
    private Block _sums01;
    private Block _sums10;
    private Block _sums11;

    public readonly int Gap => _part.Gap;

    public readonly int ChannelGap => _part.ChannelGap;

    public void Clear()
    {
        _part.Clear();
        _sums00 = default;
        _sums01 = default;
        _sums10 = default;
        _sums11 = default;
    }

    public void Add(ArrayView<Float4> shared, int pixels, int pixelStride, int channels, int channelStride) =>
        _part.Add(shared, pixels, pixelStride, channels, channelStride);

    public void Fold() => _part.MoveTo(ref _sums00, ref _sums01, ref _sums10, ref _sums11);

    public readonly void Store(ArrayView<Float4> shared, int block) =>
        SingleProduct<TTile>.Store(shared, block, _sums00, _sums01, _sums10, _sums11);
}
