using GradCam.Gpu.Devices;
using ILGPU.Runtime.Cuda;

namespace GradCam.Gpu.Tests;

/// <summary>What a user is told where there is no device, or it fails.</summary>
public sealed class DeviceTests
{
    [Fact]
    public void No_such_device_is_named_with_those_that_are_there()
    {
        var options = new GpuOptions { Kind = GpuKind.Simulator, Device = 3 };
        GpuException exception = Assert.Throws<GpuException>(() => Classifier.Load(SessionTests.Weights(Classifier.Info), options));
        Assert.Equal("GpuOptions.Device is 3, but there are 1: 0 CPUAccelerator.", exception.Message);
    }

    [Fact]
    public void A_negative_device_is_an_error()
    {
        var options = new GpuOptions { Device = -1 };
        GpuException exception = Assert.Throws<GpuException>(() => Classifier.Load(SessionTests.Weights(Classifier.Info), options));
        Assert.Contains("expected 0", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>On a machine without a GPU, as this suite's usually is.</summary>
    [Theory]
    [InlineData(GpuKind.Any)]
    [InlineData(GpuKind.Cuda)]
    [InlineData(GpuKind.OpenCL)]
    public void No_GPU_is_an_error_that_says_why_or_the_CPU_that_says_so(GpuKind kind)
    {
        var options = new GpuOptions { Kind = kind };
        try
        {
            Classifier.Load(SessionTests.Weights(Classifier.Info), options).Dispose();
            return;
        }
        catch (GpuException exception)
        {
            Assert.Contains("that ILGPU can use", exception.Message, StringComparison.Ordinal);
            Assert.Contains("GpuFallback.Cpu", exception.Message, StringComparison.Ordinal);
        }

        options = options with { Fallback = GpuFallback.Cpu };
        using Classifier net = Classifier.Load(SessionTests.Weights(Classifier.Info), options);
        Assert.Contains(net.LoadReport.Warnings, warning => warning.StartsWith("it runs on the CPU: There is no", StringComparison.Ordinal));
        using Classifier.Session session = net.CreateSession();
        session.Forward(new float[Classifier.Info.Input.Length], TensorLayout.Chw);
    }

    [Fact]
    public void Several_devices_have_a_network_each_and_give_the_same_bits()
    {
        IReadOnlyList<GpuOptions> devices = new GpuOptions { Kind = GpuKind.Simulator, SimulatedDevices = 2 }.OfAllDevices();
        Assert.Equal([0, 1], devices.Select(options => options.Device));
        float[] input = [.. SessionTests.Noise(Classifier.Info.Input.Length).Select(value => value / 128f - 1)];
        float[][] maps = [.. devices.AsParallel().AsOrdered().Select(options =>
        {
            using Classifier net = Classifier.Load(SessionTests.Weights(Classifier.Info), options);
            using Classifier.Session session = net.CreateSession();
            return session.Explain(input, TensorLayout.Chw, 2).Raw.ToArray();
        })];
        Assert.Equal(maps[0], maps[1]);
        Assert.NotSame(GpuDevice.Open(devices[0]).Accelerator, GpuDevice.Open(devices[1]).Accelerator);
    }

    [Fact]
    public void All_devices_of_a_kind_that_has_none_is_an_error()
    {
        Assert.Equal([GpuKind.Simulator], GpuOptions.ForAllDevices(GpuKind.Simulator).Select(options => options.Kind));
        try
        {
            Assert.NotEmpty(GpuOptions.ForAllDevices());
        }
        catch (GpuException exception)
        {
            Assert.StartsWith("There is no GPU that ILGPU can use", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("GpuFallback", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(CudaError.CUDA_ERROR_OUT_OF_MEMORY, "H100 has not enough memory left for a run. It has 80 MiB in all")]
    [InlineData(CudaError.CUDA_ERROR_ILLEGAL_ADDRESS, "H100 was lost during a run (CUDA_ERROR_ILLEGAL_ADDRESS). Nothing that this process has on it works")]
    [InlineData(CudaError.CUDA_ERROR_INVALID_VALUE, "H100 failed during a run: words")]
    public void Errors_of_a_device_say_what_to_do(CudaError error, string expected) =>
        Assert.StartsWith(expected, DeviceErrors.Describe(error, "words", "H100", 80 << 20, "a run"), StringComparison.Ordinal);
}
