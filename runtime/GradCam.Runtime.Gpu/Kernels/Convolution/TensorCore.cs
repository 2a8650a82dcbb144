using ILGPU;
using ILGPU.Runtime.Cuda;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// NVIDIA's tensor cores, in PTX: <c>mma.sync</c> of 16 pixels, 8 channels and 8 or 16 terms, with sums in float32. A warp has 32 pixels by 64 channels (or
/// 32), of which each lane holds 64 sums in registers that the PTX names itself, acc0 and on: sum 4 (8 i + j) + r of pixels 16 i and channels 8 j. The
/// operands, ta and tb, lie among the lanes as PTX ISA 9.7.14 says. <see cref="CudaAsm"/> passes few operands by value, so that they are converted eight at a
/// time and multiplied then.
/// </summary>
internal static class TensorCore
{
    /// <summary>The registers. Sums begin at 0.</summary>
    private const string Declare =
        ".reg .f32 acc<64>; .reg .b32 ta<8>; .reg .b32 tb<16>; mov.f32 acc0, 0f00000000; mov.f32 acc1, 0f00000000; "
        + "mov.f32 acc2, 0f00000000; mov.f32 acc3, 0f00000000; mov.f32 acc4, 0f00000000; mov.f32 acc5, 0f00000000; "
        + "mov.f32 acc6, 0f00000000; mov.f32 acc7, 0f00000000; mov.f32 acc8, 0f00000000; mov.f32 acc9, 0f00000000; "
        + "mov.f32 acc10, 0f00000000; mov.f32 acc11, 0f00000000; mov.f32 acc12, 0f00000000; mov.f32 acc13, 0f00000000; "
        + "mov.f32 acc14, 0f00000000; mov.f32 acc15, 0f00000000; mov.f32 acc16, 0f00000000; mov.f32 acc17, 0f00000000; "
        + "mov.f32 acc18, 0f00000000; mov.f32 acc19, 0f00000000; mov.f32 acc20, 0f00000000; mov.f32 acc21, 0f00000000; "
        + "mov.f32 acc22, 0f00000000; mov.f32 acc23, 0f00000000; mov.f32 acc24, 0f00000000; mov.f32 acc25, 0f00000000; "
        + "mov.f32 acc26, 0f00000000; mov.f32 acc27, 0f00000000; mov.f32 acc28, 0f00000000; mov.f32 acc29, 0f00000000; "
        + "mov.f32 acc30, 0f00000000; mov.f32 acc31, 0f00000000; mov.f32 acc32, 0f00000000; mov.f32 acc33, 0f00000000; "
        + "mov.f32 acc34, 0f00000000; mov.f32 acc35, 0f00000000; mov.f32 acc36, 0f00000000; mov.f32 acc37, 0f00000000; "
        + "mov.f32 acc38, 0f00000000; mov.f32 acc39, 0f00000000; mov.f32 acc40, 0f00000000; mov.f32 acc41, 0f00000000; "
        + "mov.f32 acc42, 0f00000000; mov.f32 acc43, 0f00000000; mov.f32 acc44, 0f00000000; mov.f32 acc45, 0f00000000; "
        + "mov.f32 acc46, 0f00000000; mov.f32 acc47, 0f00000000; mov.f32 acc48, 0f00000000; mov.f32 acc49, 0f00000000; "
        + "mov.f32 acc50, 0f00000000; mov.f32 acc51, 0f00000000; mov.f32 acc52, 0f00000000; mov.f32 acc53, 0f00000000; "
        + "mov.f32 acc54, 0f00000000; mov.f32 acc55, 0f00000000; mov.f32 acc56, 0f00000000; mov.f32 acc57, 0f00000000; "
        + "mov.f32 acc58, 0f00000000; mov.f32 acc59, 0f00000000; mov.f32 acc60, 0f00000000; mov.f32 acc61, 0f00000000; "
        + "mov.f32 acc62, 0f00000000; mov.f32 acc63, 0f00000000;";

    /// <summary>Eight pixels' values in TF32.</summary>
    private const string Tf32Pixels =
        "cvt.rna.tf32.f32 ta0, %0; cvt.rna.tf32.f32 ta1, %1; cvt.rna.tf32.f32 ta2, %2; cvt.rna.tf32.f32 ta3, %3; "
        + "cvt.rna.tf32.f32 ta4, %4; cvt.rna.tf32.f32 ta5, %5; cvt.rna.tf32.f32 ta6, %6; cvt.rna.tf32.f32 ta7, %7;";

    /// <summary>Eight channels' values in TF32, and the next eight.</summary>
    private const string Tf32Channels0 =
        "cvt.rna.tf32.f32 tb0, %0; cvt.rna.tf32.f32 tb1, %1; cvt.rna.tf32.f32 tb2, %2; cvt.rna.tf32.f32 tb3, %3; "
        + "cvt.rna.tf32.f32 tb4, %4; cvt.rna.tf32.f32 tb5, %5; cvt.rna.tf32.f32 tb6, %6; cvt.rna.tf32.f32 tb7, %7;";

    private const string Tf32Channels1 =
        "cvt.rna.tf32.f32 tb8, %0; cvt.rna.tf32.f32 tb9, %1; cvt.rna.tf32.f32 tb10, %2; cvt.rna.tf32.f32 tb11, %3; "
        + "cvt.rna.tf32.f32 tb12, %4; cvt.rna.tf32.f32 tb13, %5; cvt.rna.tf32.f32 tb14, %6; cvt.rna.tf32.f32 tb15, %7;";

    /// <summary>Eight pixels' values in half precision, two a register, and the next eight.</summary>
    private const string HalfPixels0 =
        "cvt.rn.f16x2.f32 ta0, %1, %0; cvt.rn.f16x2.f32 ta1, %3, %2; cvt.rn.f16x2.f32 ta2, %5, %4; cvt.rn.f16x2.f32 ta3, %7, %6;";

    private const string HalfPixels1 =
        "cvt.rn.f16x2.f32 ta4, %1, %0; cvt.rn.f16x2.f32 ta5, %3, %2; cvt.rn.f16x2.f32 ta6, %5, %4; cvt.rn.f16x2.f32 ta7, %7, %6;";

    /// <summary>Eight channels' values in half precision, two a register, and so on.</summary>
    private const string HalfChannels0 =
        "cvt.rn.f16x2.f32 tb0, %1, %0; cvt.rn.f16x2.f32 tb1, %3, %2; cvt.rn.f16x2.f32 tb2, %5, %4; cvt.rn.f16x2.f32 tb3, %7, %6;";

    private const string HalfChannels1 =
        "cvt.rn.f16x2.f32 tb4, %1, %0; cvt.rn.f16x2.f32 tb5, %3, %2; cvt.rn.f16x2.f32 tb6, %5, %4; cvt.rn.f16x2.f32 tb7, %7, %6;";

    private const string HalfChannels2 =
        "cvt.rn.f16x2.f32 tb8, %1, %0; cvt.rn.f16x2.f32 tb9, %3, %2; cvt.rn.f16x2.f32 tb10, %5, %4; "
        + "cvt.rn.f16x2.f32 tb11, %7, %6;";

    private const string HalfChannels3 =
        "cvt.rn.f16x2.f32 tb12, %1, %0; cvt.rn.f16x2.f32 tb13, %3, %2; cvt.rn.f16x2.f32 tb14, %5, %4; "
        + "cvt.rn.f16x2.f32 tb15, %7, %6;";

    /// <summary>Products of 8 terms, 32 pixels and 64 channels.</summary>
    private const string Tf32Wide =
        " "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc0, acc1, acc2, acc3}, {ta0, ta1, ta2, ta3}, {tb0, tb1}, {acc0, acc1, acc2, acc3}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc4, acc5, acc6, acc7}, {ta0, ta1, ta2, ta3}, {tb2, tb3}, {acc4, acc5, acc6, acc7}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc8, acc9, acc10, acc11}, {ta0, ta1, ta2, ta3}, {tb4, tb5}, {acc8, acc9, acc10, acc11}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc12, acc13, acc14, acc15}, {ta0, ta1, ta2, ta3}, {tb6, tb7}, {acc12, acc13, acc14, acc15}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc16, acc17, acc18, acc19}, {ta0, ta1, ta2, ta3}, {tb8, tb9}, {acc16, acc17, acc18, acc19}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc20, acc21, acc22, acc23}, {ta0, ta1, ta2, ta3}, {tb10, tb11}, {acc20, acc21, acc22, acc23}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc24, acc25, acc26, acc27}, {ta0, ta1, ta2, ta3}, {tb12, tb13}, {acc24, acc25, acc26, acc27}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc28, acc29, acc30, acc31}, {ta0, ta1, ta2, ta3}, {tb14, tb15}, {acc28, acc29, acc30, acc31}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc32, acc33, acc34, acc35}, {ta4, ta5, ta6, ta7}, {tb0, tb1}, {acc32, acc33, acc34, acc35}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc36, acc37, acc38, acc39}, {ta4, ta5, ta6, ta7}, {tb2, tb3}, {acc36, acc37, acc38, acc39}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc40, acc41, acc42, acc43}, {ta4, ta5, ta6, ta7}, {tb4, tb5}, {acc40, acc41, acc42, acc43}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc44, acc45, acc46, acc47}, {ta4, ta5, ta6, ta7}, {tb6, tb7}, {acc44, acc45, acc46, acc47}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc48, acc49, acc50, acc51}, {ta4, ta5, ta6, ta7}, {tb8, tb9}, {acc48, acc49, acc50, acc51}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc52, acc53, acc54, acc55}, {ta4, ta5, ta6, ta7}, {tb10, tb11}, {acc52, acc53, acc54, acc55}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc56, acc57, acc58, acc59}, {ta4, ta5, ta6, ta7}, {tb12, tb13}, {acc56, acc57, acc58, acc59}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc60, acc61, acc62, acc63}, {ta4, ta5, ta6, ta7}, {tb14, tb15}, {acc60, acc61, acc62, acc63};";

    /// <summary>The same of 32 channels.</summary>
    private const string Tf32Narrow =
        " "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc0, acc1, acc2, acc3}, {ta0, ta1, ta2, ta3}, {tb0, tb1}, {acc0, acc1, acc2, acc3}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc4, acc5, acc6, acc7}, {ta0, ta1, ta2, ta3}, {tb2, tb3}, {acc4, acc5, acc6, acc7}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc8, acc9, acc10, acc11}, {ta0, ta1, ta2, ta3}, {tb4, tb5}, {acc8, acc9, acc10, acc11}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc12, acc13, acc14, acc15}, {ta0, ta1, ta2, ta3}, {tb6, tb7}, {acc12, acc13, acc14, acc15}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc32, acc33, acc34, acc35}, {ta4, ta5, ta6, ta7}, {tb0, tb1}, {acc32, acc33, acc34, acc35}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc36, acc37, acc38, acc39}, {ta4, ta5, ta6, ta7}, {tb2, tb3}, {acc36, acc37, acc38, acc39}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc40, acc41, acc42, acc43}, {ta4, ta5, ta6, ta7}, {tb4, tb5}, {acc40, acc41, acc42, acc43}; "
        + "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {acc44, acc45, acc46, acc47}, {ta4, ta5, ta6, ta7}, {tb6, tb7}, {acc44, acc45, acc46, acc47};";

    /// <summary>Products of 16 terms, 32 pixels and 64 channels.</summary>
    private const string HalfWide =
        " "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc0, acc1, acc2, acc3}, {ta0, ta1, ta2, ta3}, {tb0, tb1}, {acc0, acc1, acc2, acc3}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc4, acc5, acc6, acc7}, {ta0, ta1, ta2, ta3}, {tb2, tb3}, {acc4, acc5, acc6, acc7}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc8, acc9, acc10, acc11}, {ta0, ta1, ta2, ta3}, {tb4, tb5}, {acc8, acc9, acc10, acc11}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc12, acc13, acc14, acc15}, {ta0, ta1, ta2, ta3}, {tb6, tb7}, {acc12, acc13, acc14, acc15}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc16, acc17, acc18, acc19}, {ta0, ta1, ta2, ta3}, {tb8, tb9}, {acc16, acc17, acc18, acc19}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc20, acc21, acc22, acc23}, {ta0, ta1, ta2, ta3}, {tb10, tb11}, {acc20, acc21, acc22, acc23}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc24, acc25, acc26, acc27}, {ta0, ta1, ta2, ta3}, {tb12, tb13}, {acc24, acc25, acc26, acc27}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc28, acc29, acc30, acc31}, {ta0, ta1, ta2, ta3}, {tb14, tb15}, {acc28, acc29, acc30, acc31}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc32, acc33, acc34, acc35}, {ta4, ta5, ta6, ta7}, {tb0, tb1}, {acc32, acc33, acc34, acc35}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc36, acc37, acc38, acc39}, {ta4, ta5, ta6, ta7}, {tb2, tb3}, {acc36, acc37, acc38, acc39}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc40, acc41, acc42, acc43}, {ta4, ta5, ta6, ta7}, {tb4, tb5}, {acc40, acc41, acc42, acc43}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc44, acc45, acc46, acc47}, {ta4, ta5, ta6, ta7}, {tb6, tb7}, {acc44, acc45, acc46, acc47}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc48, acc49, acc50, acc51}, {ta4, ta5, ta6, ta7}, {tb8, tb9}, {acc48, acc49, acc50, acc51}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc52, acc53, acc54, acc55}, {ta4, ta5, ta6, ta7}, {tb10, tb11}, {acc52, acc53, acc54, acc55}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc56, acc57, acc58, acc59}, {ta4, ta5, ta6, ta7}, {tb12, tb13}, {acc56, acc57, acc58, acc59}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc60, acc61, acc62, acc63}, {ta4, ta5, ta6, ta7}, {tb14, tb15}, {acc60, acc61, acc62, acc63};";

    /// <summary>The same of 32 channels.</summary>
    private const string HalfNarrow =
        " "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc0, acc1, acc2, acc3}, {ta0, ta1, ta2, ta3}, {tb0, tb1}, {acc0, acc1, acc2, acc3}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc4, acc5, acc6, acc7}, {ta0, ta1, ta2, ta3}, {tb2, tb3}, {acc4, acc5, acc6, acc7}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc8, acc9, acc10, acc11}, {ta0, ta1, ta2, ta3}, {tb4, tb5}, {acc8, acc9, acc10, acc11}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc12, acc13, acc14, acc15}, {ta0, ta1, ta2, ta3}, {tb6, tb7}, {acc12, acc13, acc14, acc15}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc32, acc33, acc34, acc35}, {ta4, ta5, ta6, ta7}, {tb0, tb1}, {acc32, acc33, acc34, acc35}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc36, acc37, acc38, acc39}, {ta4, ta5, ta6, ta7}, {tb2, tb3}, {acc36, acc37, acc38, acc39}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc40, acc41, acc42, acc43}, {ta4, ta5, ta6, ta7}, {tb4, tb5}, {acc40, acc41, acc42, acc43}; "
        + "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {acc44, acc45, acc46, acc47}, {ta4, ta5, ta6, ta7}, {tb6, tb7}, {acc44, acc45, acc46, acc47};";

    /// <summary>Begins with sums of 0: once in a kernel, before all else.</summary>
    public static void Clear() => CudaAsm.Emit(Declare);

    /// <summary>Adds 8 terms in TF32.</summary>
    /// <param name="shared">Both slices, [terms, pixels] and [terms, channels].</param>
    /// <param name="pixels">The warp's first pixel of the first term.</param>
    /// <param name="pixelStride">Floats from a term to the next.</param>
    /// <param name="channels">The warp's first channel of the first term.</param>
    /// <param name="channelStride">Floats from a term to the next.</param>
    /// <param name="isWide">64 channels or 32.</param>
    public static void AddTf32(ArrayView<float> shared, int pixels, int pixelStride, int channels, int channelStride, bool isWide)
    {
        // Lane l holds pixel l / 4 and 8 more, and channel l / 4, of terms l % 4 and 4 more. From there all places are constants away.
        ArrayView<float> p = shared.SubView(pixels + Warp.LaneIdx % 4 * pixelStride + Warp.LaneIdx / 4);
        ArrayView<float> c = shared.SubView(channels + Warp.LaneIdx % 4 * channelStride + Warp.LaneIdx / 4);
        int p4 = 4 * pixelStride;
        int c4 = 4 * channelStride;
        CudaAsm.Emit(Tf32Pixels, p[0], p[8], p[p4], p[p4 + 8], p[16], p[24], p[p4 + 16], p[p4 + 24]);
        CudaAsm.Emit(Tf32Channels0, c[0], c[c4], c[8], c[c4 + 8], c[16], c[c4 + 16], c[24], c[c4 + 24]);
        if (!isWide)
        {
            CudaAsm.Emit(Tf32Narrow);
            return;
        }

        CudaAsm.Emit(Tf32Channels1, c[32], c[c4 + 32], c[40], c[c4 + 40], c[48], c[c4 + 48], c[56], c[c4 + 56]);
        CudaAsm.Emit(Tf32Wide);
    }

    /// <summary>Adds 16 terms in half precision: parameters as those of <see cref="AddTf32"/>.</summary>
    public static void AddHalf(ArrayView<float> shared, int pixels, int pixelStride, int channels, int channelStride, bool isWide)
    {
        // Lane l holds terms 2 (l % 4) and the next, and 8 more.
        ArrayView<float> p = shared.SubView(pixels + Warp.LaneIdx % 4 * 2 * pixelStride + Warp.LaneIdx / 4);
        ArrayView<float> c = shared.SubView(channels + Warp.LaneIdx % 4 * 2 * channelStride + Warp.LaneIdx / 4);
        int p1 = pixelStride;
        int p8 = 8 * pixelStride;
        int p9 = 9 * pixelStride;
        int c1 = channelStride;
        int c8 = 8 * channelStride;
        int c9 = 9 * channelStride;
        CudaAsm.Emit(HalfPixels0, p[0], p[p1], p[8], p[p1 + 8], p[p8], p[p9], p[p8 + 8], p[p9 + 8]);
        CudaAsm.Emit(HalfPixels1, p[16], p[p1 + 16], p[24], p[p1 + 24], p[p8 + 16], p[p9 + 16], p[p8 + 24], p[p9 + 24]);
        CudaAsm.Emit(HalfChannels0, c[0], c[c1], c[c8], c[c9], c[8], c[c1 + 8], c[c8 + 8], c[c9 + 8]);
        CudaAsm.Emit(HalfChannels1, c[16], c[c1 + 16], c[c8 + 16], c[c9 + 16], c[24], c[c1 + 24], c[c8 + 24], c[c9 + 24]);
        if (!isWide)
        {
            CudaAsm.Emit(HalfNarrow);
            return;
        }

        CudaAsm.Emit(HalfChannels2, c[32], c[c1 + 32], c[c8 + 32], c[c9 + 32], c[40], c[c1 + 40], c[c8 + 40], c[c9 + 40]);
        CudaAsm.Emit(HalfChannels3, c[48], c[c1 + 48], c[c8 + 48], c[c9 + 48], c[56], c[c1 + 56], c[c8 + 56], c[c9 + 56]);
        CudaAsm.Emit(HalfWide);
    }

    /// <summary>Writes the warp's sums to shared memory.</summary>
    /// <param name="shared">[pixels, channels].</param>
    /// <param name="first">The warp's first pixel and channel.</param>
    /// <param name="stride">Floats from a pixel to the next.</param>
    /// <param name="isWide">64 channels or 32.</param>
    public static void Store(ArrayView<float> shared, int first, int stride, bool isWide)
    {
        // Lane l holds channels 2 (l % 4) and the next, of pixel l / 4 and 8 more.
        ArrayView<float> own = shared.SubView(first + Warp.LaneIdx / 4 * stride + Warp.LaneIdx % 4 * 2);
        float sum;
        CudaAsm.Emit("mov.f32 %0, acc0;", out sum);
        own[0] = sum;
        CudaAsm.Emit("mov.f32 %0, acc1;", out sum);
        own[1] = sum;
        CudaAsm.Emit("mov.f32 %0, acc2;", out sum);
        own[8 * stride] = sum;
        CudaAsm.Emit("mov.f32 %0, acc3;", out sum);
        own[8 * stride + 1] = sum;
        CudaAsm.Emit("mov.f32 %0, acc32;", out sum);
        own[16 * stride] = sum;
        CudaAsm.Emit("mov.f32 %0, acc33;", out sum);
        own[16 * stride + 1] = sum;
        CudaAsm.Emit("mov.f32 %0, acc34;", out sum);
        own[24 * stride] = sum;
        CudaAsm.Emit("mov.f32 %0, acc35;", out sum);
        own[24 * stride + 1] = sum;
        CudaAsm.Emit("mov.f32 %0, acc4;", out sum);
        own[8] = sum;
        CudaAsm.Emit("mov.f32 %0, acc5;", out sum);
        own[9] = sum;
        CudaAsm.Emit("mov.f32 %0, acc6;", out sum);
        own[8 * stride + 8] = sum;
        CudaAsm.Emit("mov.f32 %0, acc7;", out sum);
        own[8 * stride + 9] = sum;
        CudaAsm.Emit("mov.f32 %0, acc36;", out sum);
        own[16 * stride + 8] = sum;
        CudaAsm.Emit("mov.f32 %0, acc37;", out sum);
        own[16 * stride + 9] = sum;
        CudaAsm.Emit("mov.f32 %0, acc38;", out sum);
        own[24 * stride + 8] = sum;
        CudaAsm.Emit("mov.f32 %0, acc39;", out sum);
        own[24 * stride + 9] = sum;
        CudaAsm.Emit("mov.f32 %0, acc8;", out sum);
        own[16] = sum;
        CudaAsm.Emit("mov.f32 %0, acc9;", out sum);
        own[17] = sum;
        CudaAsm.Emit("mov.f32 %0, acc10;", out sum);
        own[8 * stride + 16] = sum;
        CudaAsm.Emit("mov.f32 %0, acc11;", out sum);
        own[8 * stride + 17] = sum;
        CudaAsm.Emit("mov.f32 %0, acc40;", out sum);
        own[16 * stride + 16] = sum;
        CudaAsm.Emit("mov.f32 %0, acc41;", out sum);
        own[16 * stride + 17] = sum;
        CudaAsm.Emit("mov.f32 %0, acc42;", out sum);
        own[24 * stride + 16] = sum;
        CudaAsm.Emit("mov.f32 %0, acc43;", out sum);
        own[24 * stride + 17] = sum;
        CudaAsm.Emit("mov.f32 %0, acc12;", out sum);
        own[24] = sum;
        CudaAsm.Emit("mov.f32 %0, acc13;", out sum);
        own[25] = sum;
        CudaAsm.Emit("mov.f32 %0, acc14;", out sum);
        own[8 * stride + 24] = sum;
        CudaAsm.Emit("mov.f32 %0, acc15;", out sum);
        own[8 * stride + 25] = sum;
        CudaAsm.Emit("mov.f32 %0, acc44;", out sum);
        own[16 * stride + 24] = sum;
        CudaAsm.Emit("mov.f32 %0, acc45;", out sum);
        own[16 * stride + 25] = sum;
        CudaAsm.Emit("mov.f32 %0, acc46;", out sum);
        own[24 * stride + 24] = sum;
        CudaAsm.Emit("mov.f32 %0, acc47;", out sum);
        own[24 * stride + 25] = sum;
        if (!isWide)
            return;

        CudaAsm.Emit("mov.f32 %0, acc16;", out sum);
        own[32] = sum;
        CudaAsm.Emit("mov.f32 %0, acc17;", out sum);
        own[33] = sum;
        CudaAsm.Emit("mov.f32 %0, acc18;", out sum);
        own[8 * stride + 32] = sum;
        CudaAsm.Emit("mov.f32 %0, acc19;", out sum);
        own[8 * stride + 33] = sum;
        CudaAsm.Emit("mov.f32 %0, acc48;", out sum);
        own[16 * stride + 32] = sum;
        CudaAsm.Emit("mov.f32 %0, acc49;", out sum);
        own[16 * stride + 33] = sum;
        CudaAsm.Emit("mov.f32 %0, acc50;", out sum);
        own[24 * stride + 32] = sum;
        CudaAsm.Emit("mov.f32 %0, acc51;", out sum);
        own[24 * stride + 33] = sum;
        CudaAsm.Emit("mov.f32 %0, acc20;", out sum);
        own[40] = sum;
        CudaAsm.Emit("mov.f32 %0, acc21;", out sum);
        own[41] = sum;
        CudaAsm.Emit("mov.f32 %0, acc22;", out sum);
        own[8 * stride + 40] = sum;
        CudaAsm.Emit("mov.f32 %0, acc23;", out sum);
        own[8 * stride + 41] = sum;
        CudaAsm.Emit("mov.f32 %0, acc52;", out sum);
        own[16 * stride + 40] = sum;
        CudaAsm.Emit("mov.f32 %0, acc53;", out sum);
        own[16 * stride + 41] = sum;
        CudaAsm.Emit("mov.f32 %0, acc54;", out sum);
        own[24 * stride + 40] = sum;
        CudaAsm.Emit("mov.f32 %0, acc55;", out sum);
        own[24 * stride + 41] = sum;
        CudaAsm.Emit("mov.f32 %0, acc24;", out sum);
        own[48] = sum;
        CudaAsm.Emit("mov.f32 %0, acc25;", out sum);
        own[49] = sum;
        CudaAsm.Emit("mov.f32 %0, acc26;", out sum);
        own[8 * stride + 48] = sum;
        CudaAsm.Emit("mov.f32 %0, acc27;", out sum);
        own[8 * stride + 49] = sum;
        CudaAsm.Emit("mov.f32 %0, acc56;", out sum);
        own[16 * stride + 48] = sum;
        CudaAsm.Emit("mov.f32 %0, acc57;", out sum);
        own[16 * stride + 49] = sum;
        CudaAsm.Emit("mov.f32 %0, acc58;", out sum);
        own[24 * stride + 48] = sum;
        CudaAsm.Emit("mov.f32 %0, acc59;", out sum);
        own[24 * stride + 49] = sum;
        CudaAsm.Emit("mov.f32 %0, acc28;", out sum);
        own[56] = sum;
        CudaAsm.Emit("mov.f32 %0, acc29;", out sum);
        own[57] = sum;
        CudaAsm.Emit("mov.f32 %0, acc30;", out sum);
        own[8 * stride + 56] = sum;
        CudaAsm.Emit("mov.f32 %0, acc31;", out sum);
        own[8 * stride + 57] = sum;
        CudaAsm.Emit("mov.f32 %0, acc60;", out sum);
        own[16 * stride + 56] = sum;
        CudaAsm.Emit("mov.f32 %0, acc61;", out sum);
        own[16 * stride + 57] = sum;
        CudaAsm.Emit("mov.f32 %0, acc62;", out sum);
        own[24 * stride + 56] = sum;
        CudaAsm.Emit("mov.f32 %0, acc63;", out sum);
        own[24 * stride + 57] = sum;
    }
}
