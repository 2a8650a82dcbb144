using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace GradCam.Onnx.Tests;

/// <summary>Runs ONNX files in ONNX Runtime.</summary>
internal static class OnnxRuntimeRun
{
    /// <summary>What ONNX Runtime's optimiser makes of a model.</summary>
    public static byte[] Optimise(byte[] model, GraphOptimizationLevel level)
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".onnx");
        try
        {
            using (var options = new SessionOptions { GraphOptimizationLevel = level, OptimizedModelFilePath = path })
            {
                options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
                new InferenceSession(model, options).Dispose();
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Runs a model of one input.</summary>
    /// <param name="model">The file's bytes.</param>
    /// <param name="input">The input's elements, row-major. An open size becomes 1.</param>
    /// <param name="outputs">The outputs to compute; all by default.</param>
    /// <returns>Each output's elements.</returns>
    public static float[][] Run(byte[] model, float[] input, params string[] outputs)
    {
        // Without its optimiser, which merges a Pad of zeros into a MaxPool, whose padding is not zero (1.31.1).
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        using var session = new InferenceSession(model, options);
        (string name, NodeMetadata metadata) = session.InputMetadata.Single();
        int[] shape = [.. metadata.Dimensions.Select(size => Math.Max(size, 1))];
        using var results = session.Run(
            [NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(input, shape))], outputs.Length > 0 ? outputs : [.. session.OutputMetadata.Keys]);
        return [.. results.Select(result => result.AsTensor<float>().ToArray())];
    }
}
