namespace GradCam.Cpu.Reproducible;

/// <summary>What is done for each pixel of a map.</summary>
internal interface IPixelWork
{
    /// <summary>Computes a pixel. It writes nothing that belongs to others.</summary>
    /// <param name="y">Its row.</param>
    /// <param name="x">Its column.</param>
    void Compute(int y, int x);
}
