namespace GradCam.Explain;

/// <summary>What a backward pass is of: a class's logit times a number, or a target.</summary>
/// <param name="Class">The class; -1 where the target says.</param>
/// <param name="Factor">The gradient at the class's logit.</param>
/// <param name="Target">The target; null for the class.</param>
internal readonly record struct Explained(int Class, float Factor, Target? Target)
{
    /// <summary>The cheaper of the two ways to explain a target at a layer.</summary>
    public static Explained Of(Target target, NetworkInfo info, LayerInfo layer) =>
        !layer.Gradient.IsEmpty && target.TryGetClass(info, out int @class, out float factor)
            ? new Explained(@class, factor, null)
            : new Explained(-1, 0, target);

    /// <summary>A class's logit, or what the method explains of a class; where the first output is a map, the sum of its channel.</summary>
    public static Explained Of(int @class, float factor, LayerInfo layer, CamMethod? method = null)
    {
        if (method?.TargetOf(@class) is { } target)
            return new Explained(-1, 0, factor == 1 ? target : factor * target);
        return layer.Gradient.IsEmpty ? new Explained(-1, 0, factor * Target.Logit(@class)) : new Explained(@class, factor, null);
    }
}
