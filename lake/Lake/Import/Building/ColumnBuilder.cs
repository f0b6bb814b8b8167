// Hot path: every value that is imported from text passes here.
using System.Text.Json;
using Apache.Arrow;
using Lake.Columns;
using Lake.Types;

namespace Lake.Import.Building;

/// <summary>
/// Collects the values of one column, or of a field nested in one, until they become an Arrow array. A row that turns out bad is taken back with <see cref="Truncate"/>. Owned by
/// one thread.
/// </summary>
/// <param name="field">The column or field.</param>
/// <param name="path">Its full name, for messages.</param>
internal abstract class ColumnBuilder(NestedField field, string path)
{
    private byte[] _valid = new byte[64];
    private int _nulls;

    public NestedField Field => @field;

    public string Path => path;

    public int Count { get; private set; }

    /// <summary>What a value must be, as messages say it.</summary>
    protected abstract string Rule { get; }

    /// <summary>Adds the value that a text is, or nothing.</summary>
    public abstract bool TryText(ReadOnlySpan<char> text, out ValueFault fault);

    /// <summary>Adds the value that a JSON value, which is not null, is; or nothing that <see cref="Truncate"/> does not take back.</summary>
    public abstract bool TryJson(JsonElement value, out ValueFault fault);

    /// <summary>Adds a null.</summary>
    public void AddNull()
    {
        AddDefault();
        Added(isNull: true);
    }

    /// <summary>Adds something that is not null and is not seen, as what stands around it is null.</summary>
    public void AddUnseen()
    {
        AddDefault();
        Added(isNull: false);
    }

    /// <summary>Takes back all values behind the first ones.</summary>
    public void Truncate(int count)
    {
        for (var i = count; i < Count; i++)
        {
            if ((_valid[i >> 3] & (1 << (i & 7))) == 0) _nulls--;
        }
        Count = count;
        Shorten(count);
    }

    /// <summary>The values as an array's parts; the builder is empty afterwards.</summary>
    public ArrayData Build()
    {
        var validity = _nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(_valid.AsSpan(0, (Count + 7) / 8).ToArray());
        var data = Build(ArrowSchema.Of(field.Type), Count, _nulls, validity);
        (Count, _nulls) = (0, 0);
        Shorten(0);
        return data;
    }

    protected abstract void AddDefault();

    protected abstract void Shorten(int count);

    protected abstract ArrayData Build(Apache.Arrow.Types.IArrowType type, int count, int nulls, ArrowBuffer validity);

    protected void Added(bool isNull)
    {
        if (Count >> 3 >= _valid.Length) System.Array.Resize(ref _valid, _valid.Length * 2);
        var bit = (byte)(1 << (Count & 7));
        if (isNull)
        {
            _valid[Count >> 3] &= (byte)~bit;
            _nulls++;
        }
        else
        {
            _valid[Count >> 3] |= bit;
        }
        Count++;
    }

    protected bool Fault(ReadOnlySpan<char> text, out ValueFault fault)
    {
        fault = new ValueFault(path, text.ToString(), Rule);
        return false;
    }

    protected bool Fault(JsonElement value, out ValueFault fault) => Fault(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText(), out fault);
}
