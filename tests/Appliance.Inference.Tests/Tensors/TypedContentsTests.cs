using System.Runtime.InteropServices;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using Google.Protobuf;
using TestKit;

namespace Appliance.Inference.Tests.Tensors;

public sealed class TypedContentsTests
{
    public static TheoryData<Datatype> Typed => [.. Enum.GetValues<Datatype>().Where(d => TypedContents.FieldOf(d) != 0)];

    [Theory]
    [MemberData(nameof(Typed))]
    public void What_the_generated_classes_write_is_read_as_little_endian_values(Datatype datatype)
    {
        var (contents, raw, count) = Sample(datatype);
        AssertReads(contents.ToByteArray(), datatype, count, raw);
    }

    [Theory]
    [MemberData(nameof(Typed))]
    public void Values_may_come_one_by_one_packed_or_both(Datatype datatype)
    {
        var (contents, raw, count) = Sample(datatype);
        var message = contents.ToByteArray();
        var one = OneByOne(message, datatype);
        AssertReads(one, datatype, count, raw);
        AssertReads([.. one, .. message, .. one], datatype, 3 * count, [.. raw, .. raw, .. raw]);
    }

    [Theory]
    [MemberData(nameof(Typed))]
    public void An_empty_message_holds_no_elements(Datatype datatype) => AssertReads([], datatype, 0, []);

    [Theory]
    [MemberData(nameof(Typed))]
    public void An_empty_packed_field_holds_no_elements(Datatype datatype)
    {
        var message = new WireBytes().Delimited(TypedContents.FieldOf(datatype)).ToArray();
        if (datatype == Datatype.Bytes) AssertReads(message, datatype, 1, [0, 0, 0, 0]);
        else AssertReads(message, datatype, 0, []);
    }

    [Theory]
    [MemberData(nameof(Typed))]
    public void Elements_of_another_field_are_refused(Datatype datatype)
    {
        var other = TypedContents.FieldOf(datatype) == 3 ? 5 : 3;
        Assert.False(TypedContents.TryCount(new WireBytes().Varint(other, 1).ToArray(), datatype, out _));
    }

    [Theory]
    [MemberData(nameof(Typed))]
    public void Fields_that_the_message_does_not_have_are_skipped(Datatype datatype)
    {
        var (contents, raw, count) = Sample(datatype);
        byte[] unknown = new WireBytes().Varint(9, 7).Fixed32(10, 7).Fixed64(11, 7).Delimited(12, 1, 2, 3).ToArray();
        AssertReads([.. unknown, .. contents.ToByteArray(), .. unknown], datatype, count, raw);
    }

    [Theory]
    [MemberData(nameof(Typed))]
    public void Every_cut_through_a_message_is_refused_or_counts_fewer(Datatype datatype)
    {
        var (contents, _, count) = Sample(datatype);
        var message = OneByOne(contents.ToByteArray(), datatype);
        for (var length = 0; length < message.Length; length++)
        {
            if (TypedContents.TryCount(message.AsSpan(0, length), datatype, out var counted)) Assert.True(counted < count, $"cut at {length}");
        }
    }

    [Theory]
    [InlineData(Datatype.Int8, 127L, true)]
    [InlineData(Datatype.Int8, 128L, false)]
    [InlineData(Datatype.Int8, -128L, true)]
    [InlineData(Datatype.Int8, -129L, false)]
    [InlineData(Datatype.Int16, 32767L, true)]
    [InlineData(Datatype.Int16, 32768L, false)]
    [InlineData(Datatype.Int16, -32768L, true)]
    [InlineData(Datatype.Int16, -32769L, false)]
    [InlineData(Datatype.UInt8, 255L, true)]
    [InlineData(Datatype.UInt8, 256L, false)]
    [InlineData(Datatype.UInt8, -1L, false)]
    [InlineData(Datatype.UInt16, 65535L, true)]
    [InlineData(Datatype.UInt16, 65536L, false)]
    [InlineData(Datatype.UInt16, -1L, false)]
    [InlineData(Datatype.Int32, -2147483648L, true)]
    [InlineData(Datatype.Int64, long.MinValue, true)]
    public void A_narrow_integer_must_fit_its_datatype(Datatype datatype, long value, bool fits)
    {
        var field = TypedContents.FieldOf(datatype);
        Assert.Equal(fits, TypedContents.TryCount(new WireBytes().Varint(field, (ulong)value).ToArray(), datatype, out var count));
        Assert.Equal(fits, TypedContents.TryCount(new WireBytes().Packed(field, (ulong)value).ToArray(), datatype, out _));
        Assert.Equal(fits ? 1 : 0, count);
        if (!fits) return;
        var raw = new byte[datatype.Size()];
        Assert.True(TypedContents.TryCopy(new WireBytes().Varint(field, (ulong)value).ToArray(), datatype, raw));
        Assert.Equal(BitConverter.GetBytes(value)[..raw.Length], raw);
    }

    [Fact]
    public void A_negative_number_may_be_written_in_five_bytes_or_in_ten()
    {
        AssertReads(new WireBytes().Varint(2, 0xFFFF_FFFF).ToArray(), Datatype.Int8, 1, [0xFF]);
        AssertReads(new WireBytes().Varint(2, ulong.MaxValue).ToArray(), Datatype.Int8, 1, [0xFF]);
        AssertReads(new WireBytes().Packed(2, 0xFFFF_FFFE, ulong.MaxValue).ToArray(), Datatype.Int32, 2, [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
    }

    [Fact]
    public void Any_number_but_zero_is_true() => AssertReads(new WireBytes().Packed(1, 0, 1, 2, 1UL << 40).ToArray(), Datatype.Bool, 4, [0, 1, 1, 1]);

    [Fact]
    public void Malformed_messages_are_refused()
    {
        AssertRefused(new WireBytes().Delimited(6, 1, 2, 3).ToArray(), Datatype.FP32);
        AssertRefused(new WireBytes().Delimited(7, 1, 2, 3, 4).ToArray(), Datatype.FP64);
        AssertRefused(new WireBytes().Varint(6, 1).ToArray(), Datatype.FP32);
        AssertRefused(new WireBytes().Fixed64(6, 1).ToArray(), Datatype.FP32);
        AssertRefused(new WireBytes().Fixed32(3, 1).ToArray(), Datatype.Int64);
        AssertRefused(new WireBytes().Varint(8, 1).ToArray(), Datatype.Bytes);
        AssertRefused(new WireBytes().Delimited(3, 0x80).ToArray(), Datatype.Int64);
        AssertRefused([0x1A, 0x05, 1], Datatype.Int64);
        AssertRefused([0x1B], Datatype.Int64);
        AssertRefused([0x00], Datatype.Int64);
        AssertRefused([0x80], Datatype.Int64);
    }

    [Theory]
    [InlineData(Datatype.FP16)]
    [InlineData(Datatype.BF16)]
    [InlineData(Datatype.None)]
    public void Half_precision_has_no_typed_form(Datatype datatype) => Assert.Equal(0, TypedContents.FieldOf(datatype));

    [Theory]
    [MemberData(nameof(Typed))]
    public void A_destination_of_another_size_is_refused(Datatype datatype)
    {
        var (contents, raw, _) = Sample(datatype);
        var message = contents.ToByteArray();
        Assert.False(TypedContents.TryCopy(message, datatype, new byte[raw.Length - 1]));
        Assert.False(TypedContents.TryCopy(message, datatype, new byte[raw.Length + 1]));
    }

    [Theory]
    [MemberData(nameof(Typed))]
    public void Whatever_counts_also_copies_and_nothing_throws(Datatype datatype)
    {
        var random = new Random(20_240 + (int)datatype);
        for (var i = 0; i < 5_000; i++)
        {
            var message = Scrambled(random, datatype);
            if (!TypedContents.TryCount(message, datatype, out var count)) continue;
            var bytes = datatype == Datatype.Bytes ? TypedContents.RawStringBytes(message) : count * datatype.Size();
            Assert.True(TypedContents.TryCopy(message, datatype, new byte[bytes]), Convert.ToHexString(message));
            Assert.Equal(CountByGeneratedClasses(message, datatype), count);
        }
    }

    private static void AssertReads(byte[] message, Datatype datatype, long count, byte[] raw)
    {
        Assert.True(TypedContents.TryCount(message, datatype, out var counted));
        Assert.Equal(count, counted);
        var copied = new byte[raw.Length];
        Assert.True(TypedContents.TryCopy(message, datatype, copied));
        Assert.Equal(raw, copied);
        if (datatype == Datatype.Bytes) Assert.Equal(raw.Length, TypedContents.RawStringBytes(message));
    }

    private static void AssertRefused(byte[] message, Datatype datatype) => Assert.False(TypedContents.TryCount(message, datatype, out _), Convert.ToHexString(message));

    private static (InferTensorContents Contents, byte[] Raw, int Count) Sample(Datatype datatype) => datatype switch
    {
        Datatype.Bool => Numbers<bool>(c => c.BoolContents, [true, false, true], [1, 0, 1]),
        Datatype.Int8 => Numbers<int>(c => c.IntContents, [1, -2, 127, -128], Bytes<sbyte>([1, -2, 127, -128])),
        Datatype.Int16 => Numbers<int>(c => c.IntContents, [1, -2, short.MaxValue, short.MinValue], Bytes<short>([1, -2, short.MaxValue, short.MinValue])),
        Datatype.Int32 => Numbers<int>(c => c.IntContents, [1, -2, int.MaxValue, int.MinValue], Bytes([1, -2, int.MaxValue, int.MinValue])),
        Datatype.Int64 => Numbers<long>(c => c.Int64Contents, [1, -2, long.MaxValue, long.MinValue], Bytes([1, -2, long.MaxValue, long.MinValue])),
        Datatype.UInt8 => Numbers<uint>(c => c.UintContents, [1u, 0, 255], [1, 0, 255]),
        Datatype.UInt16 => Numbers<uint>(c => c.UintContents, [1u, 300, ushort.MaxValue], Bytes<ushort>([1, 300, ushort.MaxValue])),
        Datatype.UInt32 => Numbers<uint>(c => c.UintContents, [1u, 300, uint.MaxValue], Bytes<uint>([1, 300, uint.MaxValue])),
        Datatype.UInt64 => Numbers<ulong>(c => c.Uint64Contents, [1ul, 300, ulong.MaxValue], Bytes<ulong>([1, 300, ulong.MaxValue])),
        Datatype.FP32 => Numbers(c => c.Fp32Contents, [1f, -0f, float.NaN, float.PositiveInfinity], Bytes([1f, -0f, float.NaN, float.PositiveInfinity])),
        Datatype.FP64 => Numbers(c => c.Fp64Contents, [1.0, double.Epsilon, double.NaN], Bytes([1.0, double.Epsilon, double.NaN])),
        Datatype.Bytes => Numbers<ByteString>(c => c.BytesContents,
            [ByteString.CopyFromUtf8("a"), ByteString.Empty, ByteString.CopyFromUtf8("你\0好")], EntryBuilder.RawStrings("a", "", "你\0好")),
        _ => throw new ArgumentOutOfRangeException(nameof(datatype)),
    };

    private static (InferTensorContents, byte[], int) Numbers<T>(
        Func<InferTensorContents, Google.Protobuf.Collections.RepeatedField<T>> field, T[] values, byte[] raw)
    {
        var contents = new InferTensorContents();
        field(contents).AddRange(values);
        return (contents, raw, values.Length);
    }

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    // The same elements without packing: what encoders of the older syntax write.
    private static byte[] OneByOne(byte[] packed, Datatype datatype)
    {
        if (datatype == Datatype.Bytes) return packed;
        var field = TypedContents.FieldOf(datatype);
        var reader = new WireReader(packed);
        var output = new WireBytes();
        while (reader.TryReadTag(out _, out var wire) && reader.TryReadField(wire, out var payload, out _))
        {
            if (datatype is Datatype.FP32) foreach (var bits in MemoryMarshal.Cast<byte, uint>(payload)) output.Fixed32(field, bits);
            else if (datatype is Datatype.FP64) foreach (var bits in MemoryMarshal.Cast<byte, ulong>(payload)) output.Fixed64(field, bits);
            else
            {
                var values = new WireReader(payload);
                while (values.TryReadVarint(out var value)) output.Varint(field, value);
            }
        }
        return output.ToArray();
    }

    // Mostly sound messages with a few bytes changed: random bytes alone would hardly ever pass the first tag.
    private static byte[] Scrambled(Random random, Datatype datatype)
    {
        var (contents, _, _) = Sample(datatype);
        var message = contents.ToByteArray();
        if (random.Next(2) == 0) message = [.. OneByOne(message, datatype), .. message];
        for (var changes = random.Next(3); changes > 0; changes--) message[random.Next(message.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? message[..random.Next(message.Length)] : message;
    }

    private static long CountByGeneratedClasses(byte[] message, Datatype datatype)
    {
        var contents = InferTensorContents.Parser.ParseFrom(message);
        return TypedContents.FieldOf(datatype) switch
        {
            1 => contents.BoolContents.Count,
            2 => contents.IntContents.Count,
            3 => contents.Int64Contents.Count,
            4 => contents.UintContents.Count,
            5 => contents.Uint64Contents.Count,
            6 => contents.Fp32Contents.Count,
            7 => contents.Fp64Contents.Count,
            _ => contents.BytesContents.Count,
        };
    }
}
