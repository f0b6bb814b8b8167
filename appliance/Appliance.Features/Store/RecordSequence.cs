// Hot path: every record that is read or changed in place passes here.
using System.Runtime.CompilerServices;

namespace Appliance.Features.Store;

/// <summary>Reading and changing a record in place, one writer and any readers, by the header's sequence number.</summary>
internal static unsafe class RecordSequence
{
    /// <summary>Runs the reader until it ran on a record that nobody changed meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Read<TReader>(in Located located, ref TReader reader)
        where TReader : struct, IRecordReader, allows ref struct
    {
        uint sequence;
        do
        {
            sequence = Begin(located.Value);
            var header = Unsafe.ReadUnaligned<RecordHeader>(located.Value);
            reader.Read(in header, Row(in located, in header));
        }
        while (!IsSame(located.Value, sequence));
    }

    /// <summary>As <see cref="Read"/>, for the key at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReadAt<TReader>(int index, in Located located, ref TReader reader)
        where TReader : struct, IManyRecordReader, allows ref struct
    {
        uint sequence;
        do
        {
            sequence = Begin(located.Value);
            var header = Unsafe.ReadUnaligned<RecordHeader>(located.Value);
            reader.Read(index, in header, Row(in located, in header));
        }
        while (!IsSame(located.Value, sequence));
    }

    /// <summary>The sequence number of a record that is not being changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Begin(byte* value)
    {
        while (true)
        {
            var sequence = Volatile.Read(ref *(uint*)value);
            if ((sequence & 1) == 0) return sequence;
            Thread.SpinWait(1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSame(byte* value, uint sequence)
    {
        Volatile.ReadBarrier();
        return *(uint*)value == sequence;
    }

    /// <summary>The length may be torn; it is never taken past the record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> Row(scoped in Located located, scoped in RecordHeader header) =>
        new(located.Value + RecordHeader.Bytes, (int)Math.Min((uint)header.RowBytes, (uint)located.RowRoom));

    /// <summary>Puts header and row in the record's place. The caller is the one writer, and the record has room.</summary>
    public static void Change(byte* value, RecordHeader header, ReadOnlySpan<byte> row)
    {
        var sequence = *(uint*)value;
        Volatile.Write(ref *(uint*)value, sequence + 1);
        Volatile.WriteBarrier();
        header.Sequence = sequence + 1;
        header.RowBytes = row.Length;
        Unsafe.WriteUnaligned(value, header);
        row.CopyTo(new Span<byte>(value + RecordHeader.Bytes, row.Length));
        Volatile.Write(ref *(uint*)value, sequence + 2);
    }
}
