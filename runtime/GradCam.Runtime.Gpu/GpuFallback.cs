namespace GradCam;

/// <summary>What happens where there is no GPU to run on.</summary>
public enum GpuFallback
{
    /// <summary>A <see cref="GpuException"/> says why.</summary>
    None,

    /// <summary>The network runs on the CPU; <see cref="LoadReport.Warnings"/> and <see cref="System.Diagnostics.Trace"/> say why.</summary>
    Cpu,
}
