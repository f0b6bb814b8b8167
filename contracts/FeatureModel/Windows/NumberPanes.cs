// Hot path: every event is merged into panes, every read sums them up.
namespace FeatureModel.Windows;

/// <summary>
/// The panes of a number track: one size, oldest first, each its number and then the track's columns. Count is an int64; the sum of integers
/// an Int128, so that it is exact whatever the order; the sum of doubles a compensated pair; last the event time, arrival and value.
/// </summary>
internal static class NumberPanes
{
    /// <summary>A pane with every column.</summary>
    public const int MostPaneBytes = 72;

    /// <summary>Writes the pane of one event.</summary>
    public static void One(WindowTrack track, in WindowInput input, long eventMicros, long arrivalOrder, Span<byte> pane)
    {
        var bits = track.IsInteger ? input.Integer : BitConverter.DoubleToInt64Bits(input.Number);
        RowBytes.SetInt64(pane, 0, track.PaneOf(eventMicros));
        if (track.CountAt > 0) RowBytes.SetInt64(pane, track.CountAt, 1);
        if (track.SumAt > 0)
        {
            RowBytes.SetInt64(pane, track.SumAt, bits);
            RowBytes.SetInt64(pane, track.SumAt + 8, track.IsInteger && bits < 0 ? -1 : 0);
        }
        if (track.MinAt > 0) RowBytes.SetInt64(pane, track.MinAt, bits);
        if (track.MaxAt > 0) RowBytes.SetInt64(pane, track.MaxAt, bits);
        if (track.LastAt == 0) return;
        RowBytes.SetInt64(pane, track.LastAt, eventMicros);
        RowBytes.SetInt64(pane, track.LastAt + 8, arrivalOrder);
        RowBytes.SetInt64(pane, track.LastAt + 16, bits);
    }

    /// <summary>Both sides' panes from the oldest that is kept, those of one number combined. Returns the bytes written.</summary>
    public static int Merge(WindowTrack track, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, long oldest, Span<byte> next)
    {
        var size = track.PaneBytes;
        a = a[Before(a, size, oldest)..];
        b = b[Before(b, size, oldest)..];
        var written = 0;
        for (; b.Length > 0; b = b[size..])
        {
            var pane = RowBytes.Int64(b, 0);
            var run = Before(a, size, pane);
            a[..run].CopyTo(next[written..]);
            a = a[run..];
            written += run;
            if (a.Length > 0 && RowBytes.Int64(a, 0) == pane)
            {
                a[..size].CopyTo(next[written..]);
                Combine(track, next.Slice(written, size), b);
                a = a[size..];
            }
            else
            {
                b[..size].CopyTo(next[written..]);
            }
            written += size;
        }
        a.CopyTo(next[written..]);
        return written + a.Length;
    }

    /// <summary>
    /// Whether <see cref="MergeInPlace"/> can take that one pane, or none: no pane becomes too old, and its own is there or is itself too old.
    /// </summary>
    public static bool FitsInPlace(WindowTrack track, ReadOnlySpan<byte> panes, ReadOnlySpan<byte> one, long oldest)
    {
        if (panes.Length > 0 && RowBytes.Int64(panes, 0) < oldest) return false;
        if (one.IsEmpty) return true;
        var pane = RowBytes.Int64(one, 0);
        return pane < oldest || Find(panes, track.PaneBytes, pane) >= 0;
    }

    public static void MergeInPlace(WindowTrack track, Span<byte> panes, ReadOnlySpan<byte> one)
    {
        var at = Find(panes, track.PaneBytes, RowBytes.Int64(one, 0));
        if (at >= 0) Combine(track, panes.Slice(at, track.PaneBytes), one);
    }

    public static void Read<TSink>(WindowTrack track, ReadOnlySpan<byte> panes, long nowMicros, ref TSink sink)
        where TSink : IWindowSink, allows ref struct
    {
        var size = track.PaneBytes;
        var newest = track.PaneOf(nowMicros);
        var end = panes.Length;
        while (end > 0 && RowBytes.Int64(panes, end - size) > newest) end -= size;
        var start = end;
        foreach (var read in track.Reads)
        {
            while (start > 0 && RowBytes.Int64(panes, start - size) > newest - read.Panes) start -= size;
            Read(track, read, panes[start..end], ref sink);
        }
    }

    private static void Read<TSink>(WindowTrack track, WindowRead read, ReadOnlySpan<byte> window, ref TSink sink)
        where TSink : IWindowSink, allows ref struct
    {
        switch (read.Function)
        {
            case WindowFunction.Count:
                sink.Integer(read.Feature, Count(track, window));
                break;
            case WindowFunction.Sum when track.IsInteger:
                sink.Integer(read.Feature, long.CreateSaturating(IntegerSum(track, window)));
                break;
            case WindowFunction.Sum:
                sink.Number(read.Feature, NumberSum(track, window));
                break;
            case WindowFunction when window.IsEmpty:
                sink.Null(read.Feature);
                break;
            case WindowFunction.Mean:
                sink.Number(read.Feature, (track.IsInteger ? (double)IntegerSum(track, window) : NumberSum(track, window)) / Count(track, window));
                break;
            case WindowFunction.Last:
                Value(track, window, window.Length - track.PaneBytes + track.LastAt + 16, read, ref sink);
                break;
            default:
                Value(track, window, Extreme(track, window, read.Function == WindowFunction.Max), read, ref sink);
                break;
        }
    }

    private static void Value<TSink>(WindowTrack track, ReadOnlySpan<byte> window, int at, WindowRead read, ref TSink sink)
        where TSink : IWindowSink, allows ref struct
    {
        if (track.IsInteger) sink.Integer(read.Feature, RowBytes.Int64(window, at));
        else sink.Number(read.Feature, RowBytes.Double(window, at));
    }

    private static long Count(WindowTrack track, ReadOnlySpan<byte> window)
    {
        var sum = 0L;
        for (var at = track.CountAt; at < window.Length; at += track.PaneBytes) sum += RowBytes.Int64(window, at);
        return sum;
    }

    private static Int128 IntegerSum(WindowTrack track, ReadOnlySpan<byte> window)
    {
        Int128 sum = 0;
        for (var at = track.SumAt; at < window.Length; at += track.PaneBytes) sum += RowBytes.Int128(window, at);
        return sum;
    }

    private static double NumberSum(WindowTrack track, ReadOnlySpan<byte> window)
    {
        var sum = new CompensatedSum();
        for (var at = track.SumAt; at < window.Length; at += track.PaneBytes) sum.Add(RowBytes.Double(window, at), RowBytes.Double(window, at + 8));
        return sum.Value;
    }

    /// <summary>Where the least or the greatest value of a window that is not empty stands.</summary>
    private static int Extreme(WindowTrack track, ReadOnlySpan<byte> window, bool greatest)
    {
        var best = greatest ? track.MaxAt : track.MinAt;
        for (var at = best + track.PaneBytes; at < window.Length; at += track.PaneBytes)
        {
            if (Beats(track.IsInteger, greatest, window, at, window, best)) best = at;
        }
        return best;
    }

    private static bool Beats(bool integer, bool greatest, ReadOnlySpan<byte> a, int at, ReadOnlySpan<byte> b, int bt)
    {
        if (integer) return greatest ? RowBytes.Int64(a, at) > RowBytes.Int64(b, bt) : RowBytes.Int64(a, at) < RowBytes.Int64(b, bt);
        return greatest ? RowBytes.Double(a, at) > RowBytes.Double(b, bt) : RowBytes.Double(a, at) < RowBytes.Double(b, bt);
    }

    /// <summary>Copies a pane to a track that keeps no more columns.</summary>
    public static void Narrow(WindowTrack from, WindowTrack to, ReadOnlySpan<byte> pane, Span<byte> next)
    {
        pane[..sizeof(long)].CopyTo(next);
        Copy(from.CountAt, to.CountAt, 8, pane, next);
        Copy(from.SumAt, to.SumAt, 16, pane, next);
        Copy(from.MinAt, to.MinAt, 8, pane, next);
        Copy(from.MaxAt, to.MaxAt, 8, pane, next);
        Copy(from.LastAt, to.LastAt, 24, pane, next);

        static void Copy(int from, int to, int bytes, ReadOnlySpan<byte> pane, Span<byte> next)
        {
            if (to > 0) pane.Slice(from, bytes).CopyTo(next[to..]);
        }
    }

    private static void Combine(WindowTrack track, Span<byte> pane, ReadOnlySpan<byte> other)
    {
        if (track.CountAt > 0) RowBytes.SetInt64(pane, track.CountAt, RowBytes.Int64(pane, track.CountAt) + RowBytes.Int64(other, track.CountAt));
        if (track.SumAt > 0) CombineSum(track, pane, other);
        if (track.MinAt > 0 && Beats(track.IsInteger, greatest: false, other, track.MinAt, pane, track.MinAt))
        {
            other.Slice(track.MinAt, 8).CopyTo(pane[track.MinAt..]);
        }
        if (track.MaxAt > 0 && Beats(track.IsInteger, greatest: true, other, track.MaxAt, pane, track.MaxAt))
        {
            other.Slice(track.MaxAt, 8).CopyTo(pane[track.MaxAt..]);
        }
        if (track.LastAt > 0 && IsLater(other[track.LastAt..], pane[track.LastAt..])) other.Slice(track.LastAt, 24).CopyTo(pane[track.LastAt..]);
    }

    private static void CombineSum(WindowTrack track, Span<byte> pane, ReadOnlySpan<byte> other)
    {
        if (track.IsInteger)
        {
            RowBytes.SetInt128(pane, track.SumAt, RowBytes.Int128(pane, track.SumAt) + RowBytes.Int128(other, track.SumAt));
            return;
        }
        var sum = new CompensatedSum(RowBytes.Double(pane, track.SumAt), RowBytes.Double(pane, track.SumAt + 8));
        sum.Add(RowBytes.Double(other, track.SumAt), RowBytes.Double(other, track.SumAt + 8));
        RowBytes.SetDouble(pane, track.SumAt, sum.Sum);
        RowBytes.SetDouble(pane, track.SumAt + 8, sum.Rest);
    }

    private static bool IsLater(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var (time, than) = (RowBytes.Int64(a, 0), RowBytes.Int64(b, 0));
        return time != than ? time > than : RowBytes.Int64(a, 8) > RowBytes.Int64(b, 8);
    }

    /// <summary>Bytes of the panes below a number.</summary>
    private static int Before(ReadOnlySpan<byte> panes, int size, long pane)
    {
        var at = 0;
        while (at < panes.Length && RowBytes.Int64(panes, at) < pane) at += size;
        return at;
    }

    /// <summary>Where a pane begins; -1 where it is not there. From the end: most events are new.</summary>
    private static int Find(ReadOnlySpan<byte> panes, int size, long pane)
    {
        var at = panes.Length - size;
        while (at >= 0 && RowBytes.Int64(panes, at) > pane) at -= size;
        return at >= 0 && RowBytes.Int64(panes, at) == pane ? at : -1;
    }
}
