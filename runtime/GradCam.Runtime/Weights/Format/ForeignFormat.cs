using System.Text;

namespace GradCam.Weights.Format;

/// <summary>Recognises what else is given as a weight file, by its first bytes.</summary>
internal static class ForeignFormat
{
    private const string Convert =
        "Convert it once, in Python: import torch; from safetensors.torch import save_file; " +
        "save_file(torch.load(\"net.pt\", weights_only=True), \"net.safetensors\"), " +
        "with [\"state_dict\"] or [\"model\"] after the load where the checkpoint has more";

    private const string ConvertKeras =
        "Export the network to ONNX (python -m tf2onnx.convert --keras net.h5 --output net.onnx) and write [Network(\"net.onnx\")]";

    private static readonly (byte[] Magic, string Message)[] Known =
    [
        (Ascii("version https://git-lfs"), "a Git LFS pointer instead of the file itself. Fetch it: git lfs install, then git lfs pull"),
        ([(byte)'P', (byte)'K', 3, 4], "a zip archive, as PyTorch's .pt and .pth files are. " + Convert),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], "an HDF5 file, as Keras's .h5 files are. " + ConvertKeras),
        (Ascii("GGUF"), "a GGUF file, whose weights are quantised. Take the network's original weights"),
        ([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'],
            "a NumPy array. Save the arrays by name: from safetensors.numpy import save_file; save_file({\"fc.weight\": array}, \"net.safetensors\")"),
        ([0x1f, 0x8b], "a gzip archive. Unpack it first"),
        ([(byte)'7', (byte)'z', 0xbc, 0xaf], "a 7z archive. Unpack it first"),
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "an xz archive. Unpack it first"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a Zstandard archive. Unpack it first"),
        (Ascii("BZh"), "a bzip2 archive. Unpack it first"),
        (Ascii("Rar!"), "a RAR archive. Unpack it first"),
    ];

    /// <summary>What the file is and what to do, or null where its bytes say nothing.</summary>
    /// <param name="start">The file's first bytes.</param>
    public static string? Recognise(ReadOnlySpan<byte> start) => Describe(start) is string found ? $"expected a safetensors file, found {found}" : null;

    private static string? Describe(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
            return "an empty file. Copy or download it again";
        foreach ((byte[] magic, string message) in Known)
        {
            if (start.StartsWith(magic))
                return message;
        }

        // Opcode PROTO and its version, 2 to 5.
        if (start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5)
            return "a pickle, as older .pt and .pth files are. " + Convert;
        if (start.Length >= 8 && start.Slice(4, 4).SequenceEqual("TFL3"u8))
        {
            return "a TensorFlow Lite model. Convert it to ONNX (python -m tf2onnx.convert --tflite net.tflite --output net.onnx) and write " +
                "[Network(\"net.onnx\")]";
        }

        // ModelProto: ir_version (field 1, a number), then producer_name (field 2), opset_import (field 8) or the graph (field 7).
        if (start.Length > 2 && start[0] == 0x08 && start[1] is >= 1 and <= 20 && start[2] is 0x12 or 0x3a or 0x42)
            return "an ONNX model. It holds spec and weights at once: write [Network(\"net.onnx\")] without Weights";
        return DescribeText(start);
    }

    private static string? DescribeText(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("\ufeff"u8))
            start = start.Slice(3);
        while (!start.IsEmpty && start[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            start = start.Slice(1);
        foreach (byte b in start)
        {
            if (b < ' ' && b is not ((byte)'\t' or (byte)'\r' or (byte)'\n'))
                return null;
        }
        if (start.IsEmpty)
            return "a file of blanks. Copy or download it again";
        if (start[0] == '<')
            return "a web page: the download failed, or asked to log in. Download the file itself";
        return start[0] is (byte)'{' or (byte)'['
            ? "a JSON file, such as an index of several weight files or a server's error. Take the .safetensors file itself"
            : "a text file. Copy or download it again";
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
