namespace GradCam.GpuCheck.Ptx;

/// <summary>mma.sync of a warp: where each lane's parts of the operands belong is PTX ISA 9.7.14.5.</summary>
internal static class PtxMatrix
{
    /// <summary>Pixels 16, channels 8.</summary>
    public static void Multiply(PtxInstruction instruction, Span<PtxMachine.Thread> lanes)
    {
        bool isHalf = instruction.Modifiers.Contains("m16n8k16");
        if (!isHalf && !instruction.Modifiers.Contains("m16n8k8"))
            throw new NotSupportedException(instruction.Text);

        int terms = isHalf ? 16 : 8;
        var a = new float[16, terms];
        var b = new float[terms, 8];
        for (int lane = 0; lane < 32; lane++)
        {
            int row = lane / 4;
            int column = lane % 4;
            for (int i = 0; i < 4; i++)
            {
                uint bits = (uint)lanes[lane].Value(instruction.Operands[i]);
                int pixel = row + i % 2 * 8;
                if (isHalf)
                    (a[pixel, 2 * column + i / 2 * 8], a[pixel, 2 * column + i / 2 * 8 + 1]) = Halves(bits);
                else
                    a[pixel, column + i / 2 * 4] = Tf32(bits);
            }

            for (int i = 0; i < 2; i++)
            {
                uint bits = (uint)lanes[lane].Value(instruction.Operands[4 + i]);
                if (isHalf)
                    (b[2 * column + i * 8, row], b[2 * column + i * 8 + 1, row]) = Halves(bits);
                else
                    b[column + i * 4, row] = Tf32(bits);
            }
        }

        for (int lane = 0; lane < 32; lane++)
        {
            for (int i = 0; i < 4; i++)
            {
                double sum = BitConverter.UInt32BitsToSingle((uint)lanes[lane].Value(instruction.Operands[6 + i]));
                for (int k = 0; k < terms; k++)
                    sum += (double)a[lane / 4 + i / 2 * 8, k] * b[k, lane % 4 * 2 + i % 2];
                lanes[lane].Registers[instruction.Results[i]] = BitConverter.SingleToUInt32Bits((float)sum);
            }
        }
    }

    private static (float Low, float High) Halves(uint bits) =>
        ((float)BitConverter.UInt16BitsToHalf((ushort)bits), (float)BitConverter.UInt16BitsToHalf((ushort)(bits >> 16)));

    /// <summary>The tensor core does not read the last 13 bits.</summary>
    private static float Tf32(uint bits) => BitConverter.UInt32BitsToSingle(bits & 0xffffe000);
}
