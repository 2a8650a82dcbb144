using System.Runtime.Intrinsics;

namespace GradCam.Images;

/// <summary>How a pixel's bytes become an input's channels.</summary>
/// <param name="Swaps">Whether the first and the third byte change places.</param>
/// <param name="IsGray">Whether a channel is the luma of the bytes.</param>
/// <param name="Luma">What the three bytes weigh in it.</param>
/// <param name="Factors">Input = value * factor + summand, for each channel.</param>
/// <param name="Summands">The summands.</param>
internal readonly record struct ImageChannels(
    bool Swaps, bool IsGray, Vector128<float> Luma, ReadOnlyMemory<float> Factors, ReadOnlyMemory<float> Summands);
