using System.Reflection;

namespace GradCam.Weights;

/// <summary>Opens a network's weights, with messages that say where it looked. The <c>Load</c> methods of generated networks call it.</summary>
public static class WeightLoading
{
    /// <summary>Maps a weight file. A relative path is looked for in the current directory, then beside the application.</summary>
    /// <param name="path">The path of a .safetensors file.</param>
    /// <exception cref="WeightException">The file is missing or damaged.</exception>
    public static WeightSource OpenFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return OpenFirst(path, [Path.GetFullPath(path), Path.Combine(AppContext.BaseDirectory, path)]);
    }

    /// <summary>Maps the weight file that a network was built with. It is looked for beside the application, then in the current directory.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="file">The path of its weight file; null where it was built without.</param>
    /// <exception cref="WeightException">The network was built without a weight file, or the file is missing or damaged.</exception>
    public static WeightSource OpenDefault(string network, string? file)
    {
        string path = file
            ?? throw new WeightException($"{network} was built without a weight file: pass the path of one, or set Weights in [Network].");
        // A file from outside the project's folder is copied without its path.
        string folder = AppContext.BaseDirectory;
        return OpenFirst(path, [Path.Combine(folder, path), Path.Combine(folder, Path.GetFileName(path)), Path.GetFullPath(path)]);
    }

    /// <summary>Reads weights from a stream to its end. The stream need not seek, and stays open.</summary>
    /// <param name="stream">The stream, at the first byte of a safetensors file.</param>
    /// <exception cref="WeightException">It cannot be read, or is not a whole safetensors file.</exception>
    public static WeightSource OpenStream(Stream stream) => SafetensorsFile.Open(stream);

    /// <summary>Uses weights that are embedded in an assembly, in place.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="resourceName">The resource's logical name: the weight file's path relative to the project, with forward slashes.</param>
    /// <exception cref="WeightException">There is no such resource, or it is damaged.</exception>
    public static WeightSource OpenEmbedded(Assembly assembly, string resourceName)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentException.ThrowIfNullOrEmpty(resourceName);
        // The name without version and key, of which GetName would make objects.
        string assemblyName = assembly.FullName ?? "";
        int comma = assemblyName.IndexOf(',', StringComparison.Ordinal);
        string name = $"resource {resourceName} of {(comma < 0 ? assemblyName : assemblyName[..comma])}";
        switch (assembly.GetManifestResourceStream(resourceName))
        {
            case null:
                string[] embedded = Array.FindAll(
                    assembly.GetManifestResourceNames(), resource => resource.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase));
                string found = embedded.Length == 0 ? "no embedded weights" : string.Join(", ", embedded);
                throw new WeightException(
                    $"{name}: no such resource; found {found}. In the project: <NetworkWeights Update=\"{resourceName}\" Embed=\"true\" />.");
            case UnmanagedMemoryStream memory:
                return SafetensorsFile.FromMemory(memory, name);
            case Stream stream:
                using (stream)
                    return SafetensorsFile.Open(stream, name);
        }
    }

    private static SafetensorsFile OpenFirst(string path, string[] places)
    {
        foreach (string place in places)
        {
            if (File.Exists(place))
                return SafetensorsFile.Open(place);
        }
        if (OperatingSystem.IsBrowser())
        {
            throw new WeightException(
                $"{path}: no such file: a page has none beside it. Embed the weights, <NetworkWeights Update=\"{path}\" Embed=\"true\" />, and call " +
                "LoadEmbedded(), " +
                "or fetch them and call Load(stream).");
        }

        string looked = string.Join(" and ", places.Select(Path.GetFullPath).Distinct());
        string item = path.EndsWith(".onnx.safetensors", StringComparison.OrdinalIgnoreCase)
            ? $"<NetworkOnnx Include=\"{path[..^".safetensors".Length]}\" />"
            : $"<NetworkWeights Include=\"{path}\" />";
        throw new WeightException(
            $"{path}: no such file; looked for {looked}. The build copies the weights of the project's items beside the application, as of {item}; whoever " +
            "copies the application on takes them along, or embeds them (Embed=\"true\") and calls LoadEmbedded().");
    }
}
