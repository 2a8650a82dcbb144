using System.Buffers.Binary;
using System.Runtime.InteropServices;
using GradCam.Weights;

namespace GradCam.Tests.Weights;

public class WeightConversionTests
{
    [Theory]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void Every_16_bit_value_converts_exactly_at_every_address(WeightType type)
    {
        for (int shift = 0; shift < 4; shift++)
        {
            byte[] stored = new byte[shift + 2 * 65_536];
            for (int i = 0; i < 65_536; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(shift + 2 * i), (ushort)i);
            float[] converted = new float[65_536];
            WeightConversion.ToSingle(type, stored.AsSpan(shift), converted);
            for (int i = 0; i < 65_536; i++)
            {
                float expected = type == WeightType.BF16 ? BitConverter.Int32BitsToSingle(i << 16) : (float)BitConverter.UInt16BitsToHalf((ushort)i);
                if (float.IsNaN(expected))
                    Assert.True(float.IsNaN(converted[i]));
                else
                    Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(converted[i]));
            }
        }
    }

    [Theory]
    [InlineData(WeightType.F32, 4)]
    [InlineData(WeightType.F16, 2)]
    [InlineData(WeightType.BF16, 2)]
    [InlineData(WeightType.F64, 8)]
    public void Every_length_is_converted_to_its_end_and_no_farther(WeightType type, int size)
    {
        Assert.Equal(size, WeightConversion.BytesPerElement(type));
        // Around the vectors' widths and the block of 4,096 bytes.
        foreach (int length in Enumerable.Range(0, 70).Concat([511, 512, 513, 1023, 1024, 1025, 2047, 2048, 2049, 5000]))
        {
            byte[] stored = new byte[length * size + 1];
            for (int i = 0; i < length; i++)
            {
                Span<byte> element = stored.AsSpan(1 + i * size, size);
                switch (type)
                {
                    case WeightType.F16:
                        BinaryPrimitives.WriteHalfLittleEndian(element, (Half)i);
                        break;
                    case WeightType.BF16:
                        BinaryPrimitives.WriteUInt16LittleEndian(element, (ushort)(BitConverter.SingleToInt32Bits(i & 127) >>> 16));
                        break;
                    case WeightType.F64:
                        BinaryPrimitives.WriteDoubleLittleEndian(element, (i + 1) * (1 + 1e-12));
                        break;
                    default:
                        BinaryPrimitives.WriteSingleLittleEndian(element, i);
                        break;
                }
            }
            float[] converted = new float[length + 1];
            converted[length] = -1;
            WeightConversion.ToSingle(type, stored.AsSpan(1), converted.AsSpan(0, length));
            for (int i = 0; i < length; i++)
            {
                float expected = type switch
                {
                    WeightType.BF16 => i & 127,
                    WeightType.F16 => (float)(Half)i,
                    WeightType.F64 => i + 1,
                    _ => i,
                };
                Assert.Equal(expected, converted[i]);
            }
            Assert.Equal(-1, converted[length]);
        }
    }

    [Fact]
    public void F64_rounds_to_nearest()
    {
        double[] values = [1.0 / 3, double.MaxValue, double.NegativeInfinity, double.Epsilon, -0.0, 16_777_217];
        float[] converted = new float[values.Length];
        WeightConversion.ToSingle(WeightType.F64, MemoryMarshal.AsBytes(values.AsSpan()), converted);
        Assert.Equal(values.Select(value => (float)value), converted);
    }

    [Fact]
    public void Lengths_that_do_not_match_are_refused()
    {
        Assert.Throws<ArgumentException>(() => WeightConversion.ToSingle(WeightType.F16, new byte[5], new float[2]));
        Assert.Throws<ArgumentException>(() => WeightConversion.ToSingle(WeightType.F32, new byte[8], new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightConversion.ToSingle(WeightType.Other, new byte[8], new float[2]));
    }
}
