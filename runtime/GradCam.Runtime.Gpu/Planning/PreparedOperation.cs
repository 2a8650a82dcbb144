namespace GradCam.Gpu.Planning;

/// <summary>What the dry run has made of an operation that has weights.</summary>
internal abstract class PreparedOperation;
