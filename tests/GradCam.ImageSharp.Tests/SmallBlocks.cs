using System.Buffers;
using SixLabors.ImageSharp.Memory;

namespace GradCam.ImageSharp.Tests;

/// <summary>An allocator with blocks of at most 64 KiB, so that images lie in several pieces.</summary>
internal sealed class SmallBlocks : MemoryAllocator
{
    protected override int GetBufferCapacityInBytes() => 1 << 16;

    public override IMemoryOwner<T> Allocate<T>(int length, AllocationOptions options = AllocationOptions.None) => new Block<T>(length);

    private sealed class Block<T>(int length) : IMemoryOwner<T>
        where T : struct
    {
        public Memory<T> Memory { get; } = new T[length];

        public void Dispose()
        {
        }
    }
}
