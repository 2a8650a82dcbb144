namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// The shape of <see cref="TiledConvolution"/>'s work. All members are constants to the kernel's compiler. A thread has one block of 4x4 outputs, or two or four of
/// them that lie half a tile apart.
/// </summary>
internal interface ITile
{
    /// <summary>Threads along the output channels.</summary>
    int ThreadsX { get; }

    /// <summary>Threads along the pixels.</summary>
    int ThreadsY { get; }

    /// <summary>Terms of a step: a multiple of 8.</summary>
    int Depth { get; }

    /// <summary>Whether a thread has two blocks along the pixels.</summary>
    bool IsTall { get; }

    /// <summary>Whether a thread has two blocks along the channels.</summary>
    bool IsWide { get; }
}

/// <summary>128 pixels by 128 channels, 64 outputs a thread: large layers.</summary>
internal readonly struct Tile128x128 : ITile
{
    public int ThreadsX => 16;

    public int ThreadsY => 16;

    public int Depth => 8;

    public bool IsTall => true;

    public bool IsWide => true;
}

/// <summary>128 pixels by 64 channels, 32 outputs a thread.</summary>
internal readonly struct Tile128x64 : ITile
{
    public int ThreadsX => 16;

    public int ThreadsY => 16;

    public int Depth => 16;

    public bool IsTall => true;

    public bool IsWide => false;
}

/// <summary>64 pixels by 64 channels, 16 outputs a thread: small maps.</summary>
internal readonly struct Tile64x64 : ITile
{
    public int ThreadsX => 16;

    public int ThreadsY => 16;

    public int Depth => 16;

    public bool IsTall => false;

    public bool IsWide => false;
}

/// <summary>128 pixels by 32 channels, 16 outputs a thread: few channels, and groups.</summary>
internal readonly struct Tile128x32 : ITile
{
    public int ThreadsX => 8;

    public int ThreadsY => 32;

    public int Depth => 16;

    public bool IsTall => false;

    public bool IsWide => false;
}

/// <summary>128 pixels by 128 channels, on tensor cores.</summary>
internal readonly struct TensorTile128x128 : ITile
{
    public int ThreadsX => 16;

    public int ThreadsY => 16;

    public int Depth => 16;

    public bool IsTall => true;

    public bool IsWide => true;
}

/// <summary>
/// For ILGPU's CPU accelerator, where a thread of a group is one of the system and a barrier takes as long as thousands of multiplications. Tall and wide as
/// <see cref="Tile128x128"/> is.
/// </summary>
internal readonly struct SimulatorTile : ITile
{
    public int ThreadsX => 2;

    public int ThreadsY => 1;

    public int Depth => 32;

    public bool IsTall => true;

    public bool IsWide => true;
}

/// <summary>For a larger simulator, in place of <see cref="Tile128x64"/>.</summary>
internal readonly struct TallSimulatorTile : ITile
{
    public int ThreadsX => 2;

    public int ThreadsY => 1;

    public int Depth => 32;

    public bool IsTall => true;

    public bool IsWide => false;
}

/// <summary>For a larger simulator, in place of <see cref="Tile64x64"/> and <see cref="Tile128x32"/>.</summary>
internal readonly struct SmallSimulatorTile : ITile
{
    public int ThreadsX => 2;

    public int ThreadsY => 1;

    public int Depth => 32;

    public bool IsTall => false;

    public bool IsWide => false;
}
