namespace GradCam;

/// <summary>How a float tensor lies in memory.</summary>
public enum TensorLayout
{
    /// <summary>[channels, height, width]: PyTorch, ONNX.</summary>
    Chw,

    /// <summary>[height, width, channels]: TensorFlow, and this runtime itself, which takes it without a copy.</summary>
    Hwc,
}
