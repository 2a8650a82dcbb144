using System.Runtime.InteropServices;
using GradCam.Gpu.Devices;
using GradCam.GpuCheck.Counts;
using GradCam.GpuCheck.Ptx;

namespace GradCam.Gpu.Tests;

/// <summary>What is counted of assembly for an H100, by kernels whose numbers are known.</summary>
public sealed unsafe class CountsTests
{
    /// <summary>Two warps.</summary>
    private const int Threads = 64;

    /// <summary>%rd0 is the memory's address, %r1 the thread's number and %r2 the group's.</summary>
    private const string Kernel = """
        .visible .entry Kernel(
            .param .align 8 .b8 _memory_0[16]
        )
        {
            .reg .pred %p<4>;
            .reg .b32 %r<8>;
            .reg .f32 %f<8>;
            .reg .b64 %rd<8>;
            .shared .align 16 .b8 shared[8192];
            ld.param.u64 %rd0, [_memory_0];
            mov.u32 %r1, %tid.x;
            mov.u32 %r2, %ctaid.x;
            BODY
            ret;
        }
        """;

    [Theory]
    [InlineData("f32 %f0", 4, 4, 128)]
    [InlineData("f32 %f0", 128, 32, 128)]
    [InlineData("f32 %f0", 0, 1, 4)]
    [InlineData("v4.f32 {%f0, %f1, %f2, %f3}", 16, 16, 512)]
    public void Global_memory_is_counted_in_sectors_of_32_bytes(string load, int distance, int sectors, int needed)
    {
        LaunchCounts counts = Count($"mul.wide.u32 %rd1, %r1, {distance}; add.u64 %rd2, %rd0, %rd1; ld.global.{load}, [%rd2];");
        Assert.Equal((2, 2 * sectors, 2 * needed), (counts[InstructionKind.Global], counts.Sectors, counts.NeededBytes));
        Assert.Equal(32 * sectors * (distance == 0 ? 1 : 2), counts.DistinctBytes);
    }

    /// <summary>32 banks of 4 bytes. Of 16 bytes a lane, eight lanes are served together.</summary>
    [Theory]
    [InlineData("f32 [%rd2], %f0", 4, 1, 0)]
    [InlineData("f32 [%rd2], %f0", 8, 2, 1)]
    [InlineData("f32 [%rd2], %f0", 128, 32, 31)]
    [InlineData("f32 [%rd2], %f0", 0, 1, 0)]
    [InlineData("v4.f32 [%rd2], {%f0, %f1, %f2, %f3}", 16, 4, 0)]
    [InlineData("v4.f32 [%rd2], {%f0, %f1, %f2, %f3}", 32, 8, 4)]
    public void Shared_memory_is_counted_in_cycles_of_its_banks(string store, int distance, int cycles, int conflicts)
    {
        LaunchCounts counts = Count($"mov.b64 %rd0, shared; mul.wide.u32 %rd1, %r1, {distance}; add.u64 %rd2, %rd0, %rd1; st.shared.{store};");
        Assert.Equal((2, 2 * cycles, 2 * conflicts), (counts[InstructionKind.Shared], counts.SharedCycles, counts.Conflicts));
        Assert.Equal(0, counts.Sectors);
    }

    [Fact]
    public void Instructions_are_those_of_machine_code()
    {
        // Products that are added are one instruction with the sum, but for those that are rounded. Copies and parameters are none.
        LaunchCounts counts = Count("""
            mul.f32 %f1, %f0, %f0; add.f32 %f2, %f1, %f2;
            mul.rn.f32 %f3, %f0, %f0; add.rn.f32 %f4, %f3, %f4;
            mov.f32 %f5, %f4;
            mul.wide.u32 %rd1, 16, 4; add.u64 %rd2, %rd0, %rd1; ld.global.f32 %f6, [%rd2];
            mul.wide.u32 %rd1, %r1, 4; add.u64 %rd2, %rd0, %rd1; ld.global.f32 %f6, [%rd2];
            """);
        Assert.Equal(
            (2, 4, 6, 4, 2),
            (counts[InstructionKind.MultiplyAdd], counts[InstructionKind.Float], counts[InstructionKind.Integer], counts[InstructionKind.Global],
                counts[InstructionKind.Control]));
        Assert.Equal(18, counts.Instructions);
        // An address of 64 bits, a product and a sum, is one as well.
        Assert.Equal(18, counts.Cycles);
    }

    /// <summary>A thread goes through the loop once to four times; what follows the loop lies before it.</summary>
    [Fact]
    public void Lanes_part_and_meet_again()
    {
        LaunchCounts counts = Count("""
            and.b32 %r3, %r1, 3;
            bra L_2;
            L_1:
            bar.sync 0;
            mul.f32 %f0, %f0, %f0;
            ret;
            L_2:
            mul.rn.f32 %f1, %f1, %f1;
            sub.s32 %r3, %r3, 1;
            setp.ge.s32 %p1, %r3, 0;
            @!%p1 bra L_1;
            bra L_2;
            """);
        // Four rounds and what follows them.
        Assert.Equal(2 * 5, counts[InstructionKind.Float]);
        Assert.Equal(2, counts.Barriers);
        // 32, 24, 16 and 8 lanes in the rounds of 4 instructions, 32 in the 6 besides.
        Assert.Equal(2 * (4 * (32 + 24 + 16 + 8) + 6 * 32), counts.Lanes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(1000)]
    public void A_few_groups_stand_for_all(int groups)
    {
        LaunchCounts counts = Count(
            "mad.lo.s32 %r3, %r2, 64, %r1; mul.wide.u32 %rd1, %r3, 4; add.u64 %rd2, %rd0, %rd1; ld.global.f32 %f0, [%rd2]; st.global.f32 [%rd2], %f0;", groups);
        Assert.Equal(groups * 2 * 7.0, counts.Instructions, 1e-6);
        Assert.Equal(groups * 2 * 8.0, counts.Sectors, 1e-6);
        Assert.Equal(groups * 2 * 256.0, counts.DistinctBytes, 1e-6);
        Assert.Equal(groups * 512 / 3.35e12, counts.MemorySeconds, 1e-15);
        double rounds = Math.Ceiling(groups / 132.0);
        Assert.Equal(Math.Max(rounds * 2 * 7 / 4, 7) / 1.755e9, counts.IssueSeconds, 1e-15);
    }

    /// <summary>The machine that counts computes what the one does that draws the order of threads.</summary>
    [Fact]
    public void What_is_counted_is_right()
    {
        GpuOptions counted = PtxDevice.Open(PtxDevice.Counted, new PtxLoader(RunAll), processors: null);
        float[] expected = Explain(PtxDevice.Options);
        Assert.Equal(expected, Explain(counted));

        static float[] Explain(GpuOptions options)
        {
            using Model model = options.Backend.Prepare<Classifier>(SessionTests.Weights(Classifier.Info), options);
            using var session = new NetworkSession(model.CreateExecutor());
            return session.Explain(new ImageView(SessionTests.Noise(37 * 30 * 3), 37, 30, PixelFormat.Rgb24), 1, "conv2").Raw.ToArray();
        }

        static void RunAll(PtxLaunch launch)
        {
            using var machine = new WarpMachine(launch, new IssueSlots(launch.Kernel), new MemoryCounter(default));
            for (int z = 0; z < launch.Groups[2]; z++)
                for (int y = 0; y < launch.Groups[1]; y++)
                    for (int x = 0; x < launch.Groups[0]; x++)
                        machine.Run(x, y, z);
        }
    }

    [Fact]
    public void A_networks_launches_are_listed()
    {
        using var output = new StringWriter();
        Assert.Equal(0, CountsReport.Print("tiny", batch: 2, GpuPrecision.Full, output));
        Assert.Contains("tiny batch=2 Full: ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("TiledConvolution<Tile128x32 SingleProduct> 16x16x16 in 4x1x1", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("  Image\n", output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(2, CountsReport.Print("resnet", batch: 2, GpuPrecision.Full, output));
    }

    private static LaunchCounts Count(string body, int groups = 1)
    {
        int bytes = Math.Max(groups * Threads * sizeof(float), 128 * Threads);
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 256);
        try
        {
            NativeMemory.Clear(memory, (nuint)bytes);
            ulong start = (ulong)memory;
            byte[] parameters = [.. BitConverter.GetBytes(start), .. BitConverter.GetBytes((long)bytes)];
            var source = new KernelSource(typeof(CountsTests).GetMethod(nameof(Instructions_are_those_of_machine_code))!);
            var kernel = PtxKernel.Parse(Kernel.Replace("BODY", body, StringComparison.Ordinal));
            var launch = new PtxLaunch(source, kernel, [], parameters, [(start, start + (ulong)bytes)], [groups, 1, 1], [Threads, 1, 1]);
            return LaunchCounts.Of(launch, "", "", default);
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }
}
