namespace GradCam.Onnx.Tests;

/// <summary>The operator tests that lie outside what the import claims (the limits in Onnx/README.md), by what the diagnostic says.</summary>
internal static class OperatorLimits
{
    private static readonly Dictionary<string, string[]> ByMessage = new(StringComparer.Ordinal)
    {
        ["a bias of shape"] =
        [
            "test_gemm_default_matrix_bias",
        ],
        ["a number or a list is supported"] =
        [
            "test_gather_2d_indices",
        ],
        ["a scale of shape"] =
        [
            "test_layer_normalization_2d_axis0", "test_layer_normalization_2d_axis_negative_2",
        ],
        ["aligned corners with scales"] =
        [
            "test_resize_downsample_scales_cubic_align_corners", "test_resize_downsample_scales_linear_align_corners",
        ],
        ["cast of a computed tensor"] =
        [
            "test_cast_FLOAT_to_STRING",
        ],
        ["cuts its axes unevenly"] =
        [
            "test_reshape_reordered_all_dims", "test_reshape_reordered_last_dims",
        ],
        ["images [N, C, H, W]"] =
        [
            "test_averagepool_3d_default", "test_convtranspose_3d", "test_maxpool_3d_default",
        ],
        ["is used, which is not supported"] =
        [
            "test_dropout_default_mask", "test_dropout_default_mask_ratio", "test_maxpool_with_argmax_2d_precomputed_pads",
            "test_maxpool_with_argmax_2d_precomputed_strides", "test_training_dropout_default_mask", "test_training_dropout_mask",
            "test_training_dropout_zero_ratio_mask",
        ],
        ["its channels, rows and columns"] =
        [
            "test_slice_neg_steps",
        ],
        ["its result is empty"] =
        [
            "test_slice_start_out_of_bounds",
        ],
        ["mode edge is not supported"] =
        [
            "test_edge_pad",
        ],
        ["of an axis of size"] =
        [
            "test_gather_0",
        ],
        ["powers other than 1, 2 and 3"] =
        [
            "test_pow", "test_pow_bcast_array", "test_pow_example", "test_pow_types_float", "test_pow_types_float32_int32",
            "test_pow_types_float32_int64", "test_pow_types_float32_uint32", "test_pow_types_float32_uint64", "test_pow_types_int",
            "test_pow_types_int32_float32", "test_pow_types_int32_int32", "test_pow_types_int64_float32", "test_pow_types_int64_int64",
        ],
        ["repeating a computed tensor"] =
        [
            "test_tile", "test_tile_precomputed",
        ],
        ["repeats a tensor"] =
        [
            "test_expand_dim_changed", "test_expand_dim_unchanged",
        ],
        ["supported are one number and one for each channel"] =
        [
            "test_add_bcast", "test_div", "test_div_bcast", "test_div_uint8", "test_mul_bcast", "test_prelu_broadcast", "test_prelu_example",
            "test_sub_bcast",
        ],
        ["supported are the channels of a map"] =
        [
            "test_layer_normalization_3d_axis0_epsilon", "test_layer_normalization_3d_axis1_epsilon",
            "test_layer_normalization_3d_axis_negative_2_epsilon", "test_layer_normalization_3d_axis_negative_3_epsilon",
            "test_layer_normalization_4d_axis0", "test_layer_normalization_4d_axis1", "test_layer_normalization_4d_axis2",
            "test_layer_normalization_4d_axis_negative_2", "test_layer_normalization_4d_axis_negative_3",
            "test_layer_normalization_4d_axis_negative_4", "test_logsoftmax_axis_1", "test_softmax_axis_1",
        ],
        ["supported are the channels of maps of one size"] =
        [
            "test_concat_2d_axis_0", "test_concat_2d_axis_negative_2", "test_concat_3d_axis_1", "test_concat_3d_axis_2",
            "test_concat_3d_axis_negative_1", "test_concat_3d_axis_negative_2",
        ],
        ["supported are the nearest pixel"] =
        [
            "test_resize_downsample_scales_cubic", "test_resize_downsample_scales_cubic_A_n0p5_exclude_outside",
            "test_resize_downsample_scales_linear", "test_resize_downsample_sizes_cubic", "test_resize_downsample_sizes_linear_pytorch_half_pixel",
            "test_resize_downsample_sizes_nearest", "test_resize_tf_crop_and_resize", "test_resize_upsample_scales_cubic",
            "test_resize_upsample_scales_cubic_A_n0p5_exclude_outside", "test_resize_upsample_scales_cubic_align_corners",
            "test_resize_upsample_scales_cubic_asymmetric", "test_resize_upsample_sizes_cubic", "test_resize_upsample_sizes_nearest_ceil_half_pixel",
            "test_resize_upsample_sizes_nearest_floor_align_corners", "test_resize_upsample_sizes_nearest_round_prefer_ceil_asymmetric",
        ],
        ["supported are the rows and columns of a map"] =
        [
            "test_reduce_max_default_axes_keepdim_example", "test_reduce_max_default_axes_keepdims_random",
        ],
        ["training mode"] =
        [
            "test_batchnorm_epsilon_training_mode", "test_batchnorm_example_training_mode",
        ],
        ["transposed first matrix"] =
        [
            "test_gemm_all_attributes", "test_gemm_transposeA",
        ],
        ["two dimensions are supported"] =
        [
            "test_matmul_3d", "test_matmul_4d",
        ],
        ["with 0 it is"] =
        [
            "test_constant_pad",
        ],
    };

    private static readonly Dictionary<string, string> Limits =
        ByMessage.SelectMany(message => message.Value.Select(test => (test, message.Key))).ToDictionary(pair => pair.test, pair => pair.Key);

    /// <summary>
    /// Tests that are no network of one image: of strings, sequences, empty tensors, bfloat16 stored as integers; dropout at training; and LogSoftmax, at which
    /// a network is cut off (tested in OnnxImporterTests).
    /// </summary>
    private static readonly HashSet<string> NoCases =
    [
        "test_cast_BFLOAT16_to_FLOAT", "test_cast_FLOAT_to_BFLOAT16", "test_cast_STRING_to_FLOAT", "test_castlike_BFLOAT16_to_FLOAT",
        "test_castlike_BFLOAT16_to_FLOAT_expanded", "test_castlike_FLOAT_to_BFLOAT16", "test_castlike_FLOAT_to_BFLOAT16_expanded",
        "test_castlike_FLOAT_to_STRING", "test_castlike_FLOAT_to_STRING_expanded", "test_castlike_STRING_to_FLOAT",
        "test_castlike_STRING_to_FLOAT_expanded", "test_identity_opt", "test_identity_sequence", "test_logsoftmax_axis_0", "test_logsoftmax_axis_2",
        "test_logsoftmax_default_axis", "test_logsoftmax_example_1", "test_logsoftmax_large_number", "test_logsoftmax_negative_axis",
        "test_reshape_allowzero_reordered", "test_split_zero_size_splits", "test_training_dropout", "test_training_dropout_default",
    ];

    /// <summary>Tests of constants of other kinds than numbers: strings, sequences, bfloat16 stored as integers.</summary>
    private static readonly HashSet<string> NotFolded =
    [
        "test_cast_BFLOAT16_to_FLOAT", "test_cast_FLOAT_to_BFLOAT16", "test_cast_FLOAT_to_STRING", "test_cast_STRING_to_FLOAT",
        "test_castlike_BFLOAT16_to_FLOAT_expanded", "test_castlike_FLOAT_to_BFLOAT16_expanded", "test_castlike_FLOAT_to_STRING_expanded",
        "test_castlike_STRING_to_FLOAT_expanded", "test_identity_opt", "test_identity_sequence",
    ];

    public static IEnumerable<string> Tests => Limits.Keys;

    public static string? Of(string test) => Limits.TryGetValue(test, out string? limit) ? limit : null;

    public static bool IsNoCase(string test) => NoCases.Contains(test);

    public static bool IsNotFolded(string test) => NotFolded.Contains(test);
}
