namespace GradCam;

/// <summary>A class and how probable the network finds it.</summary>
public readonly record struct Prediction
{
    private readonly string? _className;

    /// <summary>The class's index.</summary>
    public required int ClassIndex { get; init; }

    /// <summary>The class's name; empty where the network came without labels.</summary>
    public string ClassName
    {
        get => _className ?? "";
        init => _className = value;
    }

    /// <summary>As <see cref="NetworkSession.Probabilities"/> has it.</summary>
    public required float Probability { get; init; }
}
