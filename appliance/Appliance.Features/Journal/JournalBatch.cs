// Hot path: every record that is read passes here.
namespace Appliance.Features.Journal;

/// <summary>Whole records, one behind the other, in the memory of their reader: valid until its next read.</summary>
public readonly ref struct JournalBatch
{
    private readonly ReadOnlySpan<byte> _frames;

    internal JournalBatch(ReadOnlySpan<byte> frames, long position, int count)
    {
        _frames = frames;
        Position = position;
        Count = count;
    }

    /// <summary>Records in it.</summary>
    public int Count { get; }

    /// <summary>Of the first record.</summary>
    public long Position { get; }

    /// <summary>Where to read on once all are done with.</summary>
    public long NextPosition => Position + _frames.Length;

    public Enumerator GetEnumerator() => new(_frames, Position);

    /// <summary>Steps through a batch's records.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private long _next;
        private JournalEntry _current;

        internal Enumerator(ReadOnlySpan<byte> frames, long position)
        {
            _rest = frames;
            _next = position;
        }

        public readonly JournalEntry Current => _current;

        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            var record = JournalFrame.Record(_rest);
            var size = Math.Min(JournalFrame.SizeOf(record.Length), _rest.Length);
            _current = new JournalEntry(_next, _next + size, record);
            _next += size;
            _rest = _rest[size..];
            return true;
        }
    }
}
