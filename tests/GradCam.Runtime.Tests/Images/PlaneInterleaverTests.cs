using GradCam.Images;

namespace GradCam.Runtime.Tests.Images;

/// <summary>CHW to HWC, in vectors and what they leave.</summary>
public sealed class PlaneInterleaverTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(3, 16)]
    [InlineData(3, 47)]
    [InlineData(3, 100)]
    [InlineData(1, 20)]
    [InlineData(4, 20)]
    public void Channels_of_a_pixel_follow_each_other(int channels, int pixels)
    {
        float[] planes = [.. Enumerable.Range(0, channels * pixels).Select(i => (float)i)];
        var interleaved = new float[planes.Length];
        PlaneInterleaver.Interleave(planes, channels, interleaved);
        for (int p = 0; p < pixels; p++)
        {
            for (int c = 0; c < channels; c++)
                Assert.Equal(planes[c * pixels + p], interleaved[p * channels + c]);
        }
    }
}
