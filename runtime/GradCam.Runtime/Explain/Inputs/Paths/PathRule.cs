namespace GradCam;

/// <summary>Where on the way from the baseline to the input <see cref="InputMethod.IntegratedGradients"/> looks, of n steps.</summary>
public enum PathRule
{
    /// <summary>The n nodes of Gauss and Legendre's quadrature, exact for polynomials up to degree 2 n - 1.</summary>
    GaussLegendre,

    /// <summary>n points from 0 to 1, both ends included and half as heavy; of one point the middle.</summary>
    Trapezoid,

    /// <summary>i / n, from 0 on.</summary>
    Left,

    /// <summary>i / n, up to 1.</summary>
    Right,

    /// <summary>The middle of each step.</summary>
    Midpoint,
}
