namespace Appliance.Host.Cli.Sending;

/// <summary>Events on their way, one a line, and where in the file each stands. Owned by whoever has it; events are taken out, never added, once it is sent.</summary>
internal sealed class OutgoingBody(string file)
{
    private readonly List<(int Start, int Line)> _events = [];
    private readonly MemoryStream _bytes = new();

    public string File { get; } = file;

    public int Count => _events.Count;

    public ReadOnlyMemory<byte> Bytes => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

    /// <summary>The oldest event time.</summary>
    public long Oldest { get; private set; } = long.MaxValue;

    /// <summary>The newest event time of this body and all before it.</summary>
    public long Newest { get; set; } = long.MinValue;

    /// <summary>The last line of the file that it goes up to.</summary>
    public int LastLine { get; set; }

    /// <summary>The line of an event.</summary>
    public int LineOf(int index) => _events[index].Line;

    public void Add(ReadOnlySpan<byte> json, int line, long time)
    {
        _events.Add(((int)_bytes.Length, line));
        _bytes.Write(json);
        _bytes.WriteByte((byte)'\n');
        Oldest = Math.Min(Oldest, time);
        Newest = Math.Max(Newest, time);
        LastLine = line;
    }

    /// <summary>Takes one event out.</summary>
    public void RemoveAt(int index)
    {
        var start = _events[index].Start;
        var end = index + 1 < Count ? _events[index + 1].Start : (int)_bytes.Length;
        Bytes.Span[end..].CopyTo(_bytes.GetBuffer().AsSpan(start));
        _bytes.SetLength(_bytes.Length - (end - start));
        _events.RemoveAt(index);
        for (var i = index; i < Count; i++) _events[i] = (_events[i].Start - (end - start), _events[i].Line);
    }
}
