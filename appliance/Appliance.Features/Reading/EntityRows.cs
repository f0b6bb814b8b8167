using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>
/// Whose features are asked for: named columns of one length, one row an entity. Join keys, and inputs that come with the request, are columns alike.
/// Reused from request to request; not thread-safe.
/// </summary>
public sealed class EntityRows
{
    private readonly List<Column> _columns = [];
    private int _used;

    /// <summary>Number of columns.</summary>
    public int Count => _used;

    /// <summary>Rows of the first column; <see cref="Mismatch"/> tells whether the others have as many.</summary>
    public int Rows => _used == 0 ? 0 : _columns[0].Length;

    public void Clear() => _used = 0;

    /// <summary>Starts a column; values are added to the one started last.</summary>
    public void AddColumn(string name)
    {
        if (_used == _columns.Count) _columns.Add(new Column());
        _columns[_used++].Begin(name);
    }

    public void Add(FeatureValue value) => _columns[_used - 1].Add(value);

    public string Name(int column) => _columns[column].Name;

    public ReadOnlySpan<FeatureValue> Values(int column) => _columns[column].Values;

    /// <summary>The column of that name, or -1.</summary>
    public int Find(string name)
    {
        for (var i = 0; i < _used; i++)
        {
            if (_columns[i].Name == name) return i;
        }
        return -1;
    }

    /// <summary>Forgets all columns but those of the names; the order stays.</summary>
    public void Keep(IReadOnlySet<string> names)
    {
        var kept = 0;
        for (var i = 0; i < _used; i++)
        {
            if (!names.Contains(_columns[i].Name)) continue;
            (_columns[kept], _columns[i]) = (_columns[i], _columns[kept]);
            kept++;
        }
        _used = kept;
    }

    /// <summary>The first column whose length is not <see cref="Rows"/>, or -1.</summary>
    public int Mismatch()
    {
        for (var i = 1; i < _used; i++)
        {
            if (_columns[i].Length != Rows) return i;
        }
        return -1;
    }

    private sealed class Column
    {
        /// <summary>Values kept between requests; a longer array is given back. 4,096: a hundred kilobytes.</summary>
        private const int Kept = 4_096;

        private FeatureValue[] _values = new FeatureValue[16];

        public string Name { get; private set; } = "";

        public int Length { get; private set; }

        public ReadOnlySpan<FeatureValue> Values => _values.AsSpan(0, Length);

        public void Begin(string name)
        {
            if (_values.Length > Kept) _values = new FeatureValue[16];
            Name = name;
            Length = 0;
        }

        public void Add(FeatureValue value)
        {
            if (Length == _values.Length) Array.Resize(ref _values, Length * 2);
            _values[Length++] = value;
        }
    }
}
