// Hot path: every record that is read passes here.
namespace Appliance.Features.Journal;

/// <summary>
/// Walks over the frames of one page, from a position to the page's end or to where the written part ends. Damage is stepped over to the
/// next whole frame, and reported; so is a frame whose number does not follow the one before.
/// </summary>
internal ref struct FrameWalk
{
    private readonly ReadOnlySpan<byte> _window;
    private readonly long _windowStart;
    private readonly int _pageBytes;
    private int _at;

    /// <param name="window">The page's bytes from <paramref name="position"/> on.</param>
    /// <param name="expectedOrdinal">The number that the next record must have; -1 where any will do.</param>
    public FrameWalk(ReadOnlySpan<byte> window, long position, int pageBytes, long expectedOrdinal)
    {
        _window = window;
        _windowStart = position;
        _pageBytes = pageBytes;
        // The journal's first page is empty where the first record did not fit behind what FASTER keeps for itself.
        ExpectedOrdinal = position == JournalFrame.FirstPosition ? 0 : expectedOrdinal;
    }

    /// <summary>Where the record or the gap begins.</summary>
    public long Position { get; private set; }

    /// <summary>Where it ends, which is where the next one begins or would.</summary>
    public readonly long NextPosition => _windowStart + _at;

    public long ExpectedOrdinal { get; private set; }

    /// <summary>Why the gap is one.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The frame of a <see cref="FrameStep.Record"/>.</summary>
    public ReadOnlySpan<byte> Frame { get; private set; }

    public FrameStep Next()
    {
        Position = NextPosition;
        var rest = _window[_at..];
        if (JournalFrame.IsWhole(rest, Position, out var size)) return TakeFrame(rest, size);
        if (rest.IsEmpty) return FrameStep.End;
        // A page's end stays empty where the next record did not fit; a page that is empty from its start on is a hole.
        if (!rest.ContainsAnyExcept((byte)0) && (Position & (_pageBytes - 1)) != 0)
        {
            _at = _window.Length;
            return FrameStep.End;
        }
        SkipToWholeFrame();
        ExpectedOrdinal = -1;
        Reason = $"{NextPosition - Position} bytes are damaged";
        return FrameStep.Gap;
    }

    private FrameStep TakeFrame(ReadOnlySpan<byte> rest, int size)
    {
        var ordinal = JournalFrame.Ordinal(rest);
        if (ExpectedOrdinal >= 0 && ordinal != ExpectedOrdinal)
        {
            Reason = $"record number {ordinal} stands where number {ExpectedOrdinal} should";
            ExpectedOrdinal = ordinal;
            return FrameStep.Gap;
        }
        ExpectedOrdinal = ordinal + 1;
        Frame = rest;
        _at = Math.Min(_at + size, _window.Length);
        return FrameStep.Record;
    }

    private void SkipToWholeFrame()
    {
        for (_at += 4; _at < _window.Length; _at += 4)
        {
            if (JournalFrame.IsWhole(_window[_at..], NextPosition, out _)) return;
        }
        _at = _window.Length;
    }
}
