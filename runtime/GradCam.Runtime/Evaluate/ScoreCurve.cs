namespace GradCam.Evaluate;

/// <summary>Scores while more and more of an input is deleted or inserted.</summary>
public sealed class ScoreCurve
{
    internal ScoreCurve(double[] fractions, double[] scores) => (Fractions, Scores) = (fractions, scores);

    /// <summary>The shares of the pixels that are changed, from 0 to 1.</summary>
    public IReadOnlyList<double> Fractions { get; }

    /// <summary>The scores.</summary>
    public IReadOnlyList<double> Scores { get; }

    /// <summary>The area below the curve, by the trapezoid rule.</summary>
    public double Area
    {
        get
        {
            double area = 0;
            for (int i = 1; i < Scores.Count; i++)
                area += (Fractions[i] - Fractions[i - 1]) * (Scores[i] + Scores[i - 1]) / 2;
            return area;
        }
    }
}
