// Hot path: once per answer and view.
using Appliance.Features.Reading;

namespace Appliance.Host.Grpc.Feast;

/// <summary>
/// What the columns of one view have in common in an answer: the event times, and where its rows are alike, the statuses of every column without
/// nulls. Made for the first column and copied to the others. Reused from answer to answer; not thread-safe.
/// </summary>
internal sealed class OnlineFeaturesView
{
    /// <summary>Bytes of one row's tail at most, rounded up to what is copied at once.</summary>
    public const int Padding = 32;

    private const int MaxTimestampBytes = 2 + 11 + 6;
    private const long MicrosPerSecond = 1_000_000;

    private byte[] _tail = [];
    private ulong[] _nulls = [];
    private AlikeRows _alike;
    private int _rows;
    private int _timesAt;
    private int _end;
    private bool _isAlike;

    /// <summary>Whether it was made for the answer in hand.</summary>
    public bool IsMade { get; private set; }

    /// <summary>Fields 2 and 3 of a column without nulls.</summary>
    public ReadOnlySpan<byte> Tail => _tail.AsSpan(0, _end);

    /// <summary>The statuses in <see cref="Tail"/>.</summary>
    public ReadOnlySpan<byte> Statuses => _tail.AsSpan(_timesAt - _rows, _rows);

    /// <summary>Field 3 of any column.</summary>
    public ReadOnlySpan<byte> Times => _tail.AsSpan(_timesAt, _end - _timesAt);

    /// <summary>The same, with what is behind it up to <see cref="Padding"/> bytes where it is shorter than that.</summary>
    public ReadOnlySpan<byte> PaddedTail => _tail.AsSpan(0, Math.Max(_end, Padding));

    /// <summary>Whether the rows have one layout and one status and lie one behind the other.</summary>
    public bool IsAlike => _isAlike;

    /// <summary>Those rows; this and all that follows only where they are alike.</summary>
    public ref readonly AlikeRows Alike => ref _alike;

    public ServedLayout Layout => _alike.Layout;

    public FeatureStatus Status => _alike.Status;

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => _alike.Stride;

    public void Forget() => IsMade = false;

    public void Make(FeatureBlock block, int viewRead)
    {
        IsMade = true;
        _rows = block.Rows;
        var most = Math.Max(Padding, checked(1 + 5 + (_rows * (1 + MaxTimestampBytes))));
        if (_tail.Length < most) _tail = new byte[most];
        _isAlike = block.TryGetAlike(viewRead, out _alike);
        _timesAt = _isAlike ? Wire.WriteTagAndLength(_tail, 2, _rows) + _rows : _rows;
        if (_isAlike)
        {
            _tail.AsSpan(_timesAt - _rows, _rows).Fill((byte)_alike.Status);
            var words = _alike.Layout.Layout.NullWords;
            if (_nulls.Length < words) _nulls = new ulong[words];
            block.CollectNulls(_alike, _nulls.AsSpan(0, words));
        }
        _end = _timesAt;
        foreach (ref readonly var row in block.StoredRows(viewRead)) _end += WriteTime(_tail.AsSpan(_end), row.EventTime);
    }

    /// <summary>The values of a feature, from the first row's on, where the rows are alike and each has one.</summary>
    public bool TryGetColumn(FeatureBlock block, int feature, out ReadOnlySpan<byte> values)
    {
        values = default;
        if (!_isAlike) return false;
        var column = _alike.Layout.Column(feature);
        if (HasNulls(column)) return false;
        values = block.Bytes(_alike)[_alike.Layout.Layout.OffsetOf(column)..];
        return true;
    }

    /// <summary>Whether some row has no value in a column of the layout; -1 is a column that none has.</summary>
    public bool HasNulls(int column) => column < 0 || (_nulls[column >> 6] >> (column & 63) & 1) != 0;

    /// <summary>An event time as field 3, a google.protobuf.Timestamp.</summary>
    public static int WriteTime(Span<byte> to, long micros)
    {
        to[0] = 0x1a;
        var (seconds, rest) = Math.DivRem(micros, MicrosPerSecond);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + MicrosPerSecond);
        var at = 2;
        if (seconds != 0)
        {
            to[at++] = 0x08;
            at += Wire.WriteVarint(to[at..], (ulong)seconds);
        }
        if (rest != 0)
        {
            to[at++] = 0x10;
            at += Wire.WriteVarint(to[at..], (ulong)rest * 1000);
        }
        to[1] = (byte)(at - 2);
        return at;
    }
}
