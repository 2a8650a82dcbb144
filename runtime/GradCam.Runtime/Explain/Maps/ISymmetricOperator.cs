namespace GradCam.Explain.Maps;

/// <summary>A real symmetric matrix, known by its products with vectors.</summary>
internal interface ISymmetricOperator
{
    /// <summary>y = M x.</summary>
    void Apply(ReadOnlySpan<double> x, Span<double> y);
}
