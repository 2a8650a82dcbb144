using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GradCam.Gen.Build.Safetensors;
using GradCam.Weights.Format;

namespace GradCam.Gen.Build.Manifests;

/// <summary>
/// What the generator gets to see of a weight file, as text:
/// <code>
/// gradcam manifest 1
/// file weights/resnet18.safetensors
/// sha256 5c106cde386e87d4033832f2996f5493238eda96ccf559d1d62760c4de0613f8
/// embedded weights/resnet18.safetensors
/// tensors 102
/// F32 [64,3,7,7] conv1.weight
/// …
/// </code>
/// <c>embedded</c>, with the resource's name, is there only where the file is embedded. A tensor's name is the rest of its line.
/// </summary>
internal static class Manifest
{
    /// <summary>Reads a safetensors file and describes it.</summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="name">What the project calls it: its path relative to the project, with forward slashes.</param>
    /// <param name="resource">The name of the embedded resource that it becomes; null or empty where it stays a file.</param>
    /// <exception cref="WeightFormatException">It is no whole safetensors file.</exception>
    public static string Describe(string path, string name, string? resource)
    {
        using FileStream file = File.OpenRead(path);
        return Describe(file, name, resource);
    }

    /// <inheritdoc cref="Describe(string, string, string?)"/>
    /// <param name="file">The file, seekable, at its start.</param>
    /// <param name="name">What the project calls it.</param>
    /// <param name="resource">The embedded resource's name.</param>
    public static string Describe(Stream file, string name, string? resource)
    {
        if (name.Any(char.IsControl))
            throw new WeightFormatException("its path has control characters");
        IReadOnlyList<SafetensorsTensor> tensors = SafetensorsReader.Read(file).Tensors;
        file.Position = 0;
        var text = new StringBuilder("gradcam manifest 1\n");
        text.Append("file ").Append(name).Append('\n');
        text.Append("sha256 ").Append(Sha256(file)).Append('\n');
        if (!string.IsNullOrEmpty(resource))
            text.Append("embedded ").Append(resource).Append('\n');
        text.Append("tensors ").Append(tensors.Count.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (SafetensorsTensor tensor in tensors)
        {
            string shape = string.Join(",", tensor.Shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
            text.Append(tensor.Type).Append(" [").Append(shape).Append("] ").Append(tensor.Name).Append('\n');
        }
        return text.ToString();
    }

    private static string Sha256(Stream file)
    {
        using SHA256 algorithm = SHA256.Create();
        var hex = new StringBuilder(64);
        foreach (byte b in algorithm.ComputeHash(file))
            hex.Append(b.ToString("x2", CultureInfo.InvariantCulture));
        return hex.ToString();
    }
}
