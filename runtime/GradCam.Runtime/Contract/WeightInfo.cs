namespace GradCam;

/// <summary>A weight tensor that a network reads.</summary>
public sealed class WeightInfo
{
    /// <summary>Describes a weight tensor.</summary>
    public WeightInfo(string name, params int[] shape)
    {
        Name = name;
        Shape = shape;
    }

    /// <summary>Its key in the weight file.</summary>
    public string Name { get; }

    /// <summary>Its shape, as the framework has it.</summary>
    public IReadOnlyList<int> Shape { get; }
}
