// Hot path: every text that is imported passes here.
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>A column of texts or bytes of any length. Bytes are read from hexadecimal digits.</summary>
/// <param name="field">The column.</param>
/// <param name="path">Its full name.</param>
/// <param name="isJson">Whether each text must be JSON; JSON values are then kept as they are written.</param>
internal sealed class BytesBuilder(NestedField field, string path, bool isJson) : ColumnBuilder(field, path)
{
    private readonly bool _isBinary = field.Type.Kind == TypeKind.Binary;
    private int[] _offsets = new int[257];
    private byte[] _bytes = new byte[4096];

    /// <summary>Bytes so far: an array's are counted with 31 bits.</summary>
    public int Length => _offsets[Count];

    protected override string Rule => _isBinary ? "pairs of hexadecimal digits" : isJson ? "JSON" : "text of the input's encoding";

    public override bool TryText(ReadOnlySpan<char> text, out ValueFault fault)
    {
        // What the decoder could not read stands there as U+FFFD.
        if (_isBinary ? !TryHex(text) : text.Contains('\uFFFD') || (isJson && !JsonTexts.IsJson(text))) return Fault(text, out fault);
        if (!_isBinary)
        {
            var written = Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
            _offsets[Count + 1] = _offsets[Count] + written;
        }
        return Done(out fault);
    }

    public override bool TryJson(JsonElement value, out ValueFault fault)
    {
        if (_isBinary) return value.ValueKind == JsonValueKind.String && TryHex(value.GetString()) ? Done(out fault) : Fault(value, out fault);
        // A column of texts takes other values as they are written.
        var bytes = isJson || value.ValueKind != JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(value) : Encoding.UTF8.GetBytes(value.GetString()!);
        bytes.CopyTo(Room(bytes.Length));
        _offsets[Count + 1] = _offsets[Count] + bytes.Length;
        return Done(out fault);
    }

    protected override void AddDefault()
    {
        Room(0);
        _offsets[Count + 1] = _offsets[Count];
    }

    protected override void Shorten(int count)
    {
    }

    protected override ArrayData Build(Apache.Arrow.Types.IArrowType type, int count, int nulls, ArrowBuffer validity) => new(type, count, nulls, 0,
    [
        validity,
        new ArrowBuffer(MemoryMarshal.AsBytes(_offsets.AsSpan(0, count + 1)).ToArray()),
        new ArrowBuffer(_bytes.AsSpan(0, _offsets[count]).ToArray()),
    ]);

    private bool TryHex(ReadOnlySpan<char> text)
    {
        var room = Room(text.Length / 2);
        if (Convert.FromHexString(text, room, out _, out var written) != System.Buffers.OperationStatus.Done) return false;
        _offsets[Count + 1] = _offsets[Count] + written;
        return true;
    }

    private bool Done(out ValueFault fault)
    {
        Added(isNull: false);
        fault = default;
        return true;
    }

    private Span<byte> Room(int bytes)
    {
        if (Count + 1 == _offsets.Length) System.Array.Resize(ref _offsets, (_offsets.Length * 2) - 1);
        var needed = checked(_offsets[Count] + bytes);
        if (needed > _bytes.Length) System.Array.Resize(ref _bytes, (int)Math.Clamp((long)_bytes.Length * 2, needed, System.Array.MaxLength));
        return _bytes.AsSpan(_offsets[Count]);
    }
}
