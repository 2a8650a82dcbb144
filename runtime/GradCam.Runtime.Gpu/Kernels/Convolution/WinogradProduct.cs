using System.Runtime.CompilerServices;
using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>A thread's sums of <see cref="WinogradConvolution"/>: of one position, 8 tiles by 8 output channels, as in a tile of 128x128.</summary>
internal struct WinogradProduct
{
    private Block _sums00;
    private Block _sums01;
    private Block _sums10;
    private Block _sums11;

    private static int Position => Group.IdxX / 16;

    /// <summary>The thread's first quad of tiles; the other one is four further.</summary>
    private static int TileQuad => Group.IdxX / 4 % 4;

    /// <summary>The thread's first quad of outputs; the other one is four further.</summary>
    private static int OutputQuad => Group.IdxX % 4;

    /// <summary>Begins with sums of 0.</summary>
    public void Clear()
    {
        _sums00 = default;
        _sums01 = default;
        _sums10 = default;
        _sums11 = default;
    }

    /// <summary>Adds a slice's products.</summary>
    public void Add(ArrayView<Float4> shared, int slice)
    {
        int pair = Position / 2 * WinogradLayout.Pair + Position % 2;
        // From here on all places are constants away, which a load has room for.
        ArrayView<Float4> inputs = shared.SubView(slice * WinogradLayout.InputSlice + (pair + 2 * TileQuad));
        ArrayView<Float4> weights = shared.SubView(slice * WinogradLayout.WeightSlice + (WinogradLayout.Weights + pair + 2 * OutputQuad));
        AddChannel(inputs, 0, weights, 0);
        AddChannel(inputs, WinogradLayout.InputStride, weights, WinogradLayout.WeightStride);
        AddChannel(inputs, 2 * WinogradLayout.InputStride, weights, 2 * WinogradLayout.WeightStride);
        AddChannel(inputs, 3 * WinogradLayout.InputStride, weights, 3 * WinogradLayout.WeightStride);
    }

    /// <summary>Writes the sums of a half of the tiles to shared memory, [positions, 16 tiles, quads of outputs].</summary>
    public readonly void Store(ArrayView<Float4> shared, int half)
    {
        ArrayView<Float4> at = shared.SubView((Position * WinogradLayout.Tiles / 2 + 4 * TileQuad) * WinogradLayout.Outputs / 4 + OutputQuad);
        bool isFirst = half == 0;
        at[0] = isFirst ? _sums00.Row0 : _sums10.Row0;
        at[4] = isFirst ? _sums01.Row0 : _sums11.Row0;
        at[8] = isFirst ? _sums00.Row1 : _sums10.Row1;
        at[12] = isFirst ? _sums01.Row1 : _sums11.Row1;
        at[16] = isFirst ? _sums00.Row2 : _sums10.Row2;
        at[20] = isFirst ? _sums01.Row2 : _sums11.Row2;
        at[24] = isFirst ? _sums00.Row3 : _sums10.Row3;
        at[28] = isFirst ? _sums01.Row3 : _sums11.Row3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddChannel(ArrayView<Float4> inputs, int input, ArrayView<Float4> weights, int weight)
    {
        Float4 i0 = inputs[input];
        Float4 w0 = weights[weight];
        Float4 w1 = weights[weight + 8];
        Block.Add(ref _sums00, i0, w0);
        Block.Add(ref _sums01, i0, w1);
        Float4 i1 = inputs[input + 8];
        Block.Add(ref _sums10, i1, w0);
        Block.Add(ref _sums11, i1, w1);
    }
}
