namespace GradCam.Gpu.Kernels;

/// <summary>Four neighbouring floats, which a GPU loads and stores in one instruction.</summary>
internal struct Float4(float x, float y, float z, float w)
{
    public float X = x;
    public float Y = y;
    public float Z = z;
    public float W = w;
}
