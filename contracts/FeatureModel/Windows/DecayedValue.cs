// Hot path: every event and every read of a decayed feature.
namespace FeatureModel.Windows;

/// <summary>
/// The state of a decayed track: the weighted sum at a reference time, and that time, the newest of its events. An event counts from when it
/// happened, but from no later than when it was read.
/// </summary>
internal static class DecayedValue
{
    public const int Bytes = 16;

    public static void One(in WindowInput input, long atMicros, Span<byte> state)
    {
        RowBytes.SetDouble(state, 0, input.Number);
        RowBytes.SetInt64(state, 8, atMicros);
    }

    /// <summary>Both sides' sum at the later of their times. Returns the bytes written.</summary>
    public static int Merge(WindowTrack track, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> next)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            var only = a.IsEmpty ? b : a;
            only.CopyTo(next);
            return only.Length;
        }
        var (of, than) = (RowBytes.Int64(a, 8), RowBytes.Int64(b, 8));
        var at = Math.Max(of, than);
        var sum = RowBytes.Double(a, 0) * Weight(track, at - of) + RowBytes.Double(b, 0) * Weight(track, at - than);
        RowBytes.SetDouble(next, 0, sum);
        RowBytes.SetInt64(next, 8, at);
        return Bytes;
    }

    public static void Read<TSink>(WindowTrack track, ReadOnlySpan<byte> state, long nowMicros, ref TSink sink)
        where TSink : IWindowSink, allows ref struct
    {
        var value = state.IsEmpty ? 0 : RowBytes.Double(state, 0) * Weight(track, nowMicros - RowBytes.Int64(state, 8));
        foreach (var read in track.Reads) sink.Number(read.Feature, value);
    }

    private static double Weight(WindowTrack track, long ageMicros) => ageMicros <= 0 ? 1 : double.Exp2(-(double)ageMicros / track.Key.Micros);
}
