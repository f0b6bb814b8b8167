using System.Text.Json;
using Apache.Arrow;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>A column of UUIDs, or of bytes of one length read from hexadecimal digits.</summary>
internal sealed class FixedBytesBuilder(NestedField field, string path, int width) : ColumnBuilder(field, path)
{
    private readonly bool _isUuid = field.Type.Kind == TypeKind.Uuid;
    private byte[] _bytes = new byte[256 * width];

    protected override string Rule => _isUuid ? "a UUID" : $"{width * 2} hexadecimal digits";

    public override bool TryText(ReadOnlySpan<char> text, out ValueFault fault)
    {
        var room = Room();
        var isOne = _isUuid
            ? Guid.TryParse(text, out var uuid) && uuid.TryWriteBytes(room, bigEndian: true, out _)
            : text.Length == width * 2 && Convert.FromHexString(text, room, out _, out _) == System.Buffers.OperationStatus.Done;
        if (!isOne) return Fault(text, out fault);
        Added(isNull: false);
        fault = default;
        return true;
    }

    public override bool TryJson(JsonElement value, out ValueFault fault) => value.ValueKind == JsonValueKind.String ? TryText(value.GetString(), out fault) : Fault(value, out fault);

    protected override void AddDefault() => Room().Clear();

    protected override void Shorten(int count)
    {
    }

    protected override ArrayData Build(Apache.Arrow.Types.IArrowType type, int count, int nulls, ArrowBuffer validity) =>
        new(type, count, nulls, 0, [validity, new ArrowBuffer(_bytes.AsSpan(0, count * width).ToArray())]);

    private Span<byte> Room()
    {
        if ((Count + 1) * width > _bytes.Length) System.Array.Resize(ref _bytes, _bytes.Length * 2);
        return _bytes.AsSpan(Count * width, width);
    }
}
