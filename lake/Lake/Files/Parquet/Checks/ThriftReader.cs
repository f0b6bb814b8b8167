namespace Lake.Files.Parquet.Checks;

/// <summary>
/// Reads Thrift's compact protocol, in which Parquet's footers and page headers are. What ends too early, or is none, makes the reader broken: it then gives zeros and no more fields, so that loops end.
/// </summary>
/// <param name="bytes">What is read.</param>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Types of fields, as the protocol numbers them.</summary>
    public const int Struct = 12, List = 9;

    private const int True = 1, False = 2, Byte = 3, Double = 7, Binary = 8, Set = 10, Map = 11, Uuid = 13;

    /// <summary>Depth of what is passed over at most. 32: Parquet's own structures are some six deep.</summary>
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where the next byte is.</summary>
    public int Position { get; private set; }

    /// <summary>Whether the bytes ended too early, or are no Thrift.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The next field of a structure; false after its last.</summary>
    /// <param name="id">The field before, 0 at the beginning; then this one.</param>
    /// <param name="type">Its type.</param>
    public bool NextField(ref int id, out int type)
    {
        var head = ReadByte();
        type = head & 0x0F;
        if (type == 0 || IsBroken) return false;
        id = head >> 4 is > 0 and var step ? id + step : (int)ReadInteger();
        return !IsBroken;
    }

    /// <summary>The number of a list's items, each then to be read.</summary>
    public int ReadList(out int type)
    {
        var head = ReadByte();
        type = head & 0x0F;
        var count = head >> 4 is < 15 and var few ? few : (long)ReadVarint();
        // Each item takes a byte or more.
        if (count < 0 || count > _bytes.Length - Position) Break();
        return IsBroken ? 0 : (int)count;
    }

    public long ReadInteger()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (length > (ulong)(_bytes.Length - Position)) Break();
        if (IsBroken) return default;
        var read = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return read;
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(int type) => Skip(type, 0);

    private void Skip(int type, int depth)
    {
        if (depth > MaxDepth) Break();
        if (IsBroken) return;
        switch (type)
        {
            case True or False: break;
            case Byte: Move(1); break;
            case > Byte and < Double: ReadVarint(); break;
            case Double: Move(sizeof(double)); break;
            case Binary: ReadBytes(); break;
            case List or Set:
                for (var n = ReadList(out var item); n > 0 && !IsBroken; n--) SkipItem(item, depth + 1);
                break;
            case Map: SkipMap(depth + 1); break;
            case Struct:
                var id = 0;
                while (NextField(ref id, out var field)) Skip(field, depth + 1);
                break;
            case Uuid: Move(16); break;
            default: Break(); break;
        }
    }

    private void SkipMap(int depth)
    {
        var count = ReadVarint();
        if (count == 0) return;
        var types = ReadByte();
        for (; count > 0 && !IsBroken; count--)
        {
            SkipItem(types >> 4, depth);
            SkipItem(types & 0x0F, depth);
        }
    }

    // A truth is in a field's head, and a byte of its own in a list.
    private void SkipItem(int type, int depth)
    {
        if (type is True or False) Move(1);
        else Skip(type, depth);
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var read = ReadByte();
            value |= (ulong)(read & 0x7F) << shift;
            if (read < 0x80) return IsBroken ? 0 : value;
        }
        Break();
        return 0;
    }

    private int ReadByte()
    {
        if (Position < _bytes.Length) return _bytes[Position++];
        Break();
        return 0;
    }

    private void Move(int count)
    {
        if (count > _bytes.Length - Position) Break();
        else Position += count;
    }

    private void Break() => (IsBroken, Position) = (true, _bytes.Length);
}
