using System.Globalization;
using System.Text;

namespace FeatureClients.Events;

/// <summary>
/// A body of JSON events, one a line, of which only member and time change from use to use: so that making events costs the client next to nothing
/// beside what it measures. No two events of all bodies of a run are the same. Used by one thread.
/// </summary>
internal sealed class EventBody
{
    /// <summary>The first member; all have as many digits, so that a number can be written in place.</summary>
    public const int FirstMember = 1_000_000;

    private const int MemberDigits = 7;
    private const int MicrosAt = 20;
    private const int MicrosDigits = 6;
    private const string TimeForm = "2000-01-01T00:00:00.000000Z";

    private static readonly string[] _types = ["visit", "visit", "visit", "purchase", "like", "comment", "share", "visit"];
    private static readonly string[] _channels = ["app", "wechat", "store", "web"];

    private readonly byte[] _bytes;
    private readonly int[] _members;
    private readonly int[] _times;
    private readonly Random _random;
    private readonly int _count;
    private readonly int _lane;
    private readonly int _lanes;
    private readonly byte[] _time = new byte[TimeForm.Length];
    private long _micros;

    // Whose time _time holds.
    private long _second = long.MinValue;

    /// <param name="events">Events in it.</param>
    /// <param name="members">Members that they are about.</param>
    /// <param name="lane">This body's number among the lanes: event times of two lanes never meet.</param>
    public EventBody(int events, int members, int lane, int lanes)
    {
        var text = new StringBuilder();
        (_count, _lane, _lanes, _members, _times) = (members, lane, lanes, new int[events], new int[events]);
        _random = new Random(lane);
        for (var i = 0; i < events; i++)
        {
            var type = _types[i % _types.Length];
            text.Append("{\"source\":\"member_events\",\"type\":\"").Append(type).Append("\",\"entity\":{\"member_id\":");
            _members[i] = text.Length;
            text.Append('1', MemberDigits).Append("},\"time\":\"");
            _times[i] = text.Length;
            text.Append(TimeForm).Append("\",\"data\":{");
            if (type == "purchase") text.Append("\"amount\":").Append(10 + (i % 90)).Append(".5,");
            text.Append("\"channel\":\"").Append(_channels[i % _channels.Length]).Append("\"}}\n");
        }
        _bytes = Encoding.ASCII.GetBytes(text.ToString());
    }

    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Makes the next events of it, as of now.</summary>
    public void Next(DateTimeOffset now)
    {
        var micros = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        // Later than the last one even where the clock stands still or steps back.
        _micros = Math.Max(micros - (micros % _lanes) + _lane, _micros + _lanes);
        for (var i = 0; i < _members.Length; i++, _micros += _lanes)
        {
            WriteNumber(_bytes.AsSpan(_members[i], MemberDigits), FirstMember + _random.Next(_count));
            WriteTime(_bytes.AsSpan(_times[i], TimeForm.Length));
        }
    }

    private void WriteTime(Span<byte> text)
    {
        var (second, micros) = Math.DivRem(_micros, 1_000_000);
        if (second != _second)
        {
            _second = second;
            DateTimeOffset.FromUnixTimeSeconds(second).TryFormat(_time, out _, "yyyy-MM-dd'T'HH:mm:ss'.000000Z'", CultureInfo.InvariantCulture);
        }
        _time.CopyTo(text);
        WriteNumber(text.Slice(MicrosAt, MicrosDigits), (int)micros);
    }

    private static void WriteNumber(Span<byte> digits, int number)
    {
        for (var i = digits.Length - 1; i >= 0; i--, number /= 10) digits[i] = (byte)('0' + (number % 10));
    }
}
