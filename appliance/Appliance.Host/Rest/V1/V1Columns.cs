namespace Appliance.Host.Rest.V1;

/// <summary>The JSON of each input of a model as it is found in a request, in the signature's order. For one request; not thread-safe.</summary>
internal sealed class V1Columns : IDisposable
{
    private Column[] _columns = [];

    public void Begin(int inputs)
    {
        _columns = new Column[inputs];
        for (var i = 0; i < inputs; i++) _columns[i] = new Column();
    }

    /// <summary>How many rows the input was given for by <see cref="TryAdd"/>.</summary>
    public int RowsOf(int input) => _columns[input].Count;

    /// <summary>Sets the value of an input for all rows. False where it has one.</summary>
    public bool TrySet(int input, ReadOnlyMemory<byte> json)
    {
        if (!_columns[input].Whole.IsEmpty) return false;
        _columns[input].Whole = json;
        return true;
    }

    /// <summary>Adds one row's value of an input. False where that row has one, or one before it has none.</summary>
    public bool TryAdd(int input, int row, ReadOnlySpan<byte> json)
    {
        var column = _columns[input];
        if (column.Count != row) return false;
        column.Rows ??= new PooledBuffer();
        column.Append(row == 0 ? "["u8 : ","u8);
        column.Append(json);
        column.Count++;
        return true;
    }

    /// <summary>The input's JSON; empty where the request says nothing of it. Asked for once; valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Take(int input)
    {
        var column = _columns[input];
        if (column.Rows is null) return column.Whole;
        column.Append("]"u8);
        return column.Rows.Written;
    }

    public void Dispose()
    {
        foreach (var column in _columns) column.Rows?.Dispose();
    }

    private sealed class Column
    {
        public ReadOnlyMemory<byte> Whole;
        public PooledBuffer? Rows;
        public int Count;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(Rows!.GetSpan(bytes.Length));
            Rows.Advance(bytes.Length);
        }
    }
}
