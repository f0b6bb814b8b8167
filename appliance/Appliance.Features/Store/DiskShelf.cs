using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Features.Store;

/// <summary>Holds copies of records that came from the disk, until the session's next read. Owned by one session; not thread-safe.</summary>
internal sealed unsafe class DiskShelf : IDisposable
{
    private struct Place
    {
        public bool Found;
        public int Offset;
        public int Length;
        public long Address;
    }

    private byte* _bytes;
    private int _capacity;
    private int _used;
    private Place[] _places = new Place[1];

    /// <summary>Set while pending reads are completed; only then are values put here.</summary>
    public bool Completing { get; set; }

    public void Clear(int places)
    {
        if (_places.Length < places) _places = new Place[places];
        Array.Clear(_places, 0, places);
        _used = 0;
    }

    /// <summary>Copies the value; one in memory may be under change by the writer, so the copy is taken under its sequence number.</summary>
    public void Put(int place, ref Located located)
    {
        Reserve(located.Length);
        var copy = new CopyReader { Target = _bytes + _used };
        RecordSequence.Read(located, ref copy);
        _places[place] = new Place { Found = true, Offset = _used, Length = located.Length, Address = located.Address };
        _used += (located.Length + 7) & ~7;
    }

    public bool TryGet(int place, out Located located)
    {
        ref var at = ref _places[place];
        located = new Located { Value = _bytes + at.Offset, Length = at.Length, Address = at.Address };
        return at.Found;
    }

    private void Reserve(int bytes)
    {
        if (_capacity - _used >= bytes) return;
        _capacity = Math.Max(_used + bytes + 7, _capacity * 2);
        _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)_capacity);
    }

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        _capacity = 0;
    }

    private struct CopyReader : IRecordReader
    {
        public byte* Target;

        public readonly void Read(in RecordHeader header, ReadOnlySpan<byte> row)
        {
            Unsafe.WriteUnaligned(Target, header);
            row.CopyTo(new Span<byte>(Target + RecordHeader.Bytes, row.Length));
        }
    }
}
