// Hot path: every event is merged into panes, every read unites them.
using System.Buffers.Binary;
using System.Numerics;

namespace FeatureModel.Windows;

/// <summary>
/// The panes of a distinct track, oldest first: number (8 bytes), how many registers are set (4), then these as a sorted list of 4-byte
/// entries (register and rank), or from 1,024 on all 4,096 as bytes, which is no longer than the list would be. The form follows
/// from the registers alone, so equal registers have equal bytes.
/// </summary>
internal static class DistinctPanes
{
    public const int HeadBytes = 12;

    /// <summary>A new pane with one entry; a list that becomes dense grows no more than by an entry.</summary>
    public const int GrowthBytes = HeadBytes + EntryBytes;

    private const int EntryBytes = 4;
    private const int Dense = HyperLogLog.Registers / EntryBytes;

    public static void One(WindowTrack track, in WindowInput input, long eventMicros, Span<byte> pane)
    {
        RowBytes.SetInt64(pane, 0, track.PaneOf(eventMicros));
        BinaryPrimitives.WriteInt32LittleEndian(pane[8..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(pane[HeadBytes..], HyperLogLog.Entry(input.Hash));
    }

    /// <summary>Both sides' panes from the oldest that is kept, those of one number united; false where the bytes are no panes.</summary>
    public static bool TryMerge(scoped ReadOnlySpan<byte> a, scoped ReadOnlySpan<byte> b, long oldest, Span<byte> next, out int count, out int written)
    {
        count = written = 0;
        if (!TrySkip(ref a, oldest, out _, out _) || !TrySkip(ref b, oldest, out _, out _)) return false;
        while (!b.IsEmpty)
        {
            if (!TryHead(b, out var pane, out var set, out var bytes) || !TrySkip(ref a, pane, out var run, out var skipped)) return false;
            run.CopyTo(next[written..]);
            written += run.Length;
            count += skipped + 1;
            if (!a.IsEmpty && RowBytes.Int64(a, 0) == pane)
            {
                if (!TryHead(a, out _, out var other, out var taken)) return false;
                written += Unite(a[..taken], other, b[..bytes], set, next[written..]);
                a = a[taken..];
            }
            else
            {
                b[..bytes].CopyTo(next[written..]);
                written += bytes;
            }
            b = b[bytes..];
        }
        var rest = a;
        if (!TrySkip(ref a, long.MaxValue, out _, out var left)) return false;
        rest.CopyTo(next[written..]);
        written += rest.Length;
        count += left;
        return true;
    }

    /// <summary>Whether <see cref="MergeInPlace"/> can take that one pane, or none: nothing becomes too old and no register is set that was not.</summary>
    public static bool FitsInPlace(ReadOnlySpan<byte> panes, ReadOnlySpan<byte> one, long oldest)
    {
        if (panes.Length >= HeadBytes && RowBytes.Int64(panes, 0) < oldest) return false;
        if (one.IsEmpty) return true;
        var pane = RowBytes.Int64(one, 0);
        if (pane < oldest) return true;
        if (!TrySkip(ref panes, pane, out _, out _) || !TryHead(panes, out var found, out var set, out _) || found != pane) return false;
        return set == Dense || Find(panes, set, BinaryPrimitives.ReadUInt32LittleEndian(one[HeadBytes..])) >= 0;
    }

    public static void MergeInPlace(Span<byte> panes, ReadOnlySpan<byte> one)
    {
        var pane = RowBytes.Int64(one, 0);
        ReadOnlySpan<byte> from = panes;
        if (!TrySkip(ref from, pane, out var run, out _) || !TryHead(from, out var found, out var set, out _) || found != pane) return;
        var target = panes[run.Length..];
        var entry = BinaryPrimitives.ReadUInt32LittleEndian(one[HeadBytes..]);
        if (set == Dense)
        {
            Raise(target[HeadBytes..], entry);
            return;
        }
        var at = Find(target, set, entry);
        if (at >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(target[at..]) < entry) BinaryPrimitives.WriteUInt32LittleEndian(target[at..], entry);
    }

    /// <summary>False where the bytes are no panes.</summary>
    public static bool TryRead<TSink>(WindowTrack track, ReadOnlySpan<byte> panes, long nowMicros, ref TSink sink)
        where TSink : IWindowSink, allows ref struct
    {
        Span<byte> registers = stackalloc byte[HyperLogLog.Registers];
        Span<int> ranks = stackalloc int[HyperLogLog.RankMask + 1];
        var touched = false;
        foreach (var read in track.Reads)
        {
            if (touched)
            {
                registers.Clear();
                ranks.Clear();
            }
            if (!TryUnite(panes, track.PaneOf(nowMicros), read.Panes, registers, ranks, out touched)) return false;
            sink.Integer(read.Feature, touched ? (long)Math.Round(HyperLogLog.Estimate(ranks)) : 0);
        }
        return true;
    }

    /// <summary>The registers of a window and how many hold each rank.</summary>
    internal static bool TryUnite(ReadOnlySpan<byte> panes, long newest, long length, Span<byte> registers, Span<int> ranks, out bool touched)
    {
        touched = false;
        ranks[0] = HyperLogLog.Registers;
        var dense = false;
        for (var at = 0; at < panes.Length;)
        {
            if (!TryHead(panes[at..], out var pane, out var set, out var bytes)) return false;
            if (pane > newest) break;
            if (pane > newest - length)
            {
                var body = panes.Slice(at + HeadBytes, bytes - HeadBytes);
                if (set == Dense) RaiseAll(registers, body);
                else RaiseAll(registers, ranks, body);
                dense |= set == Dense;
                touched = true;
            }
            at += bytes;
        }
        // Counted at the end rather than kept up through every dense pane.
        if (dense) HyperLogLog.CountRanks(registers, ranks);
        return true;
    }

    private static void RaiseAll(Span<byte> registers, Span<int> ranks, ReadOnlySpan<byte> list)
    {
        for (var at = 0; at <= list.Length - EntryBytes; at += EntryBytes)
        {
            var entry = BinaryPrimitives.ReadUInt32LittleEndian(list[at..]);
            // Torn bytes name any register; the mask keeps them inside.
            ref var register = ref registers[(int)(entry >> HyperLogLog.RankBits) & HyperLogLog.Registers - 1];
            var rank = (int)entry & HyperLogLog.RankMask;
            if (rank <= register) continue;
            ranks[register & HyperLogLog.RankMask]--;
            ranks[rank]++;
            register = (byte)rank;
        }
    }

    private static void Raise(Span<byte> registers, uint entry)
    {
        ref var register = ref registers[(int)(entry >> HyperLogLog.RankBits) & HyperLogLog.Registers - 1];
        register = Math.Max(register, (byte)(entry & HyperLogLog.RankMask));
    }

    /// <summary>Writes the union of two panes of one number. Returns its bytes.</summary>
    private static int Unite(ReadOnlySpan<byte> a, int setA, ReadOnlySpan<byte> b, int setB, Span<byte> next)
    {
        a[..HeadBytes].CopyTo(next);
        if (setA != Dense && setB != Dense)
        {
            var set = Count(a[HeadBytes..], b[HeadBytes..]);
            if (set < Dense)
            {
                BinaryPrimitives.WriteInt32LittleEndian(next[8..], set);
                WriteUnion(a[HeadBytes..], b[HeadBytes..], next[HeadBytes..]);
                return HeadBytes + set * EntryBytes;
            }
        }
        BinaryPrimitives.WriteInt32LittleEndian(next[8..], Dense);
        var registers = next.Slice(HeadBytes, HyperLogLog.Registers);
        registers.Clear();
        RaiseAll(registers, a[HeadBytes..], setA);
        RaiseAll(registers, b[HeadBytes..], setB);
        return HeadBytes + HyperLogLog.Registers;
    }

    private static void RaiseAll(Span<byte> registers, ReadOnlySpan<byte> body, int set)
    {
        if (set == Dense)
        {
            RaiseAll(registers, body);
            return;
        }
        for (; body.Length >= EntryBytes; body = body[EntryBytes..]) Raise(registers, BinaryPrimitives.ReadUInt32LittleEndian(body));
    }

    private static void RaiseAll(Span<byte> registers, ReadOnlySpan<byte> others)
    {
        for (var i = 0; i < registers.Length; i += Vector<byte>.Count)
        {
            Vector.Max(new Vector<byte>(registers[i..]), new Vector<byte>(others[i..])).CopyTo(registers[i..]);
        }
    }

    private static int Count(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var set = 0;
        for (; a.Length > 0 && b.Length > 0; set++) _ = TakeLeast(ref a, ref b);
        return set + (a.Length + b.Length) / EntryBytes;
    }

    private static void WriteUnion(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> next)
    {
        for (; a.Length > 0 && b.Length > 0; next = next[EntryBytes..]) BinaryPrimitives.WriteUInt32LittleEndian(next, TakeLeast(ref a, ref b));
        a.CopyTo(next);
        b.CopyTo(next[a.Length..]);
    }

    /// <summary>The entry of the lowest register of two sorted lists; of a register in both, the higher rank.</summary>
    private static uint TakeLeast(ref ReadOnlySpan<byte> a, ref ReadOnlySpan<byte> b)
    {
        var (left, right) = (BinaryPrimitives.ReadUInt32LittleEndian(a), BinaryPrimitives.ReadUInt32LittleEndian(b));
        var (first, second) = (left >> HyperLogLog.RankBits, right >> HyperLogLog.RankBits);
        if (first <= second) a = a[EntryBytes..];
        if (second <= first) b = b[EntryBytes..];
        return first == second ? Math.Max(left, right) : Math.Min(left, right);
    }

    /// <summary>Where the entry of the same register stands in a pane; -1 where it is not set.</summary>
    private static int Find(ReadOnlySpan<byte> pane, int set, uint entry)
    {
        for (var at = HeadBytes; at < HeadBytes + set * EntryBytes; at += EntryBytes)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(pane[at..]) >> HyperLogLog.RankBits == entry >> HyperLogLog.RankBits) return at;
        }
        return -1;
    }

    /// <summary>Passes over the panes below a number.</summary>
    private static bool TrySkip(ref ReadOnlySpan<byte> panes, long pane, out ReadOnlySpan<byte> skipped, out int count)
    {
        var from = panes;
        count = 0;
        skipped = default;
        while (!panes.IsEmpty)
        {
            if (!TryHead(panes, out var number, out _, out var bytes)) return false;
            if (number >= pane) break;
            panes = panes[bytes..];
            count++;
        }
        skipped = from[..(from.Length - panes.Length)];
        return true;
    }

    private static bool TryHead(ReadOnlySpan<byte> panes, out long pane, out int set, out int bytes)
    {
        pane = 0;
        set = bytes = 0;
        if (panes.Length < HeadBytes) return false;
        pane = RowBytes.Int64(panes, 0);
        set = BinaryPrimitives.ReadInt32LittleEndian(panes[8..]);
        if (set is < 1 or > Dense) return false;
        bytes = HeadBytes + set * EntryBytes;
        return bytes <= panes.Length;
    }
}
