// Hot path: one call per key and row.
using System.Globalization;
using System.Text;
using Appliance.Features.Reading;
using Appliance.Inference.Batching;
using Appliance.Scoring.Features;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Scoring.Entities;

/// <summary>
/// Collects and checks the entities of a request's rows. Every method that returns false has put the reason and the key at fault into the entry.
/// Part of its <see cref="FeatureRowWriter"/>, whose row it writes to. Call order within a row: Begin, then (Select, Set...)*; or TryBeginUser, then Set.
/// </summary>
public sealed class EntityKeyWriter
{
    /// <summary>Characters of a text in a key at most: in UTF-8 it then surely fits the store's longest key.</summary>
    internal const int MaxCharacters = EntityKey.MaxBytes / 4;

    /// <summary>Keys kept between requests; more are given back. 4,096: a hundred kilobytes.</summary>
    private const int Kept = 4_096;

    // Above 2^53 a double no longer tells neighbouring whole numbers apart.
    private const double ExactWholeNumbers = 9007199254740992;

    private EntityBinding? _binding;
    private EntityRefusals _refusals;

    // Row by row; those of the present row stand behind those of the rows to read. A key that is not there is null.
    private FeatureValue[] _values = new FeatureValue[16];
    private int[] _rows = new int[8];
    private int _row;
    private int _selected;
    private bool _isUser;

    /// <summary>Whether the version would read features by a user or an entity, which this appliance does not serve.</summary>
    public bool IsOff => _binding is { Off: true };

    /// <summary>Whether the present row has an entity.</summary>
    public bool HasEntity { get; private set; }

    /// <summary>Rows whose features must be read.</summary>
    internal int Count { get; private set; }

    private int Width => _binding?.Keys.Length ?? 0;

    /// <summary>Names the row's entity; its keys follow.</summary>
    public bool Begin()
    {
        if (_binding is null) return _refusals.NoService(_row);
        Open(isUser: false);
        return true;
    }

    /// <summary>Takes the row's userId for its entity: false, without an error, where it cannot stand for one. The value is set next.</summary>
    public bool TryBeginUser()
    {
        // A service that should be read and cannot be is told of, rather than scored around.
        if (_binding is null || _binding.Off || (_binding.IsReadable && !_binding.TakesUserId)) return false;
        Open(isUser: true);
        _selected = _binding.IsReadable ? 0 : -1;
        return true;
    }

    /// <summary>Names the key whose value comes next.</summary>
    public bool Select(ReadOnlySpan<byte> utf8Name)
    {
        if (!_binding!.IsReadable) return true;
        var at = _binding.FindKey(utf8Name, _selected + 1);
        if (at < 0) return _refusals.Unknown(_row, utf8Name);
        _selected = at;
        return _values[At(at)].IsNull || _refusals.Duplicate(_row, _binding.Keys[at]);
    }

    public bool SetInteger(long value)
    {
        if (_selected < 0) return true;
        var key = _binding!.Keys[_selected];
        switch (key.Type)
        {
            case FeatureDataType.Int64: return Set(FeatureValue.Of(value));
            case FeatureDataType.Int32 when value == (int)value: return Set(FeatureValue.Of((int)value));
            case FeatureDataType.Double: return Set(FeatureValue.Of((double)value));
            case FeatureDataType.Float: return Set(FeatureValue.Of((float)value));
            default: return _refusals.Value(_row, key, value.ToString(CultureInfo.InvariantCulture), _isUser);
        }
    }

    public bool SetNumber(double value)
    {
        if (_selected < 0) return true;
        var key = _binding!.Keys[_selected];
        if (key.Type == FeatureDataType.Double && double.IsFinite(value)) return Set(FeatureValue.Of(value));
        if (key.Type == FeatureDataType.Float && float.IsFinite((float)value)) return Set(FeatureValue.Of((float)value));
        var isWhole = value == Math.Floor(value) && Math.Abs(value) <= ExactWholeNumbers;
        if (isWhole && key.Type is FeatureDataType.Int64 or FeatureDataType.Int32) return SetInteger((long)value);
        return _refusals.Value(_row, key, value.ToString("R", CultureInfo.InvariantCulture), _isUser);
    }

    public bool SetBool(bool value)
    {
        if (_selected < 0) return true;
        var key = _binding!.Keys[_selected];
        return key.Type == FeatureDataType.Bool ? Set(FeatureValue.Of(value)) : _refusals.Value(_row, key, value ? "true" : "false", _isUser);
    }

    /// <param name="utf8">Valid UTF-8; copied.</param>
    public bool SetText(ReadOnlySpan<byte> utf8)
    {
        if (_selected < 0) return true;
        var key = _binding!.Keys[_selected];
        if (key.Type == FeatureDataType.UnixTimestamp && Rfc3339.TryParse(utf8, out var micros)) return Set(FeatureValue.OfTimestamp(micros));
        var text = Encoding.UTF8.GetString(utf8);
        if (key.Type != FeatureDataType.String) return _refusals.Text(_row, key, text, _isUser);
        return text.Length <= MaxCharacters ? Set(FeatureValue.Of(text)) : _refusals.TooLong(_row, key, text.Length, _isUser);
    }

    /// <summary>The selected key came as something that is no value at all.</summary>
    /// <param name="what">What it came as: "an array".</param>
    public bool RefuseValue(string what) => _selected < 0 || _refusals.Value(_row, _binding!.Keys[_selected], what, _isUser);

    internal void BeginRequest(EntityBinding? binding, BatchEntry entry, RowPath path)
    {
        _binding = binding;
        _refusals = new EntityRefusals(entry, binding, path);
        Count = 0;
    }

    internal void BeginRow(int row)
    {
        _row = row;
        HasEntity = false;
    }

    /// <summary>Whether the present row's entity has every key.</summary>
    internal bool IsWhole()
    {
        for (var i = 0; i < Width; i++)
        {
            if (_values[At(i)].IsNull) return _refusals.Missing(_row, _binding!.Keys[i]);
        }
        return true;
    }

    /// <summary>The present row's features are to be read.</summary>
    internal void Keep()
    {
        if (Count == _rows.Length) Array.Resize(ref _rows, Count * 2);
        _rows[Count++] = _row;
    }

    /// <summary>The request's row that is the <paramref name="kept"/>th to be read.</summary>
    internal int RowOf(int kept) => _rows[kept];

    /// <summary>The entities of the rows to read, column by column.</summary>
    internal void CopyTo(EntityRows rows)
    {
        rows.Clear();
        for (var key = 0; key < Width; key++)
        {
            rows.AddColumn(_binding!.Keys[key].Name);
            for (var kept = 0; kept < Count; kept++) rows.Add(_values[kept * Width + key]);
        }
        if (Width > 0) return;
        // Nothing identifies the rows, and yet there are so many of them.
        rows.AddColumn("");
        for (var kept = 0; kept < Count; kept++) rows.Add(FeatureValue.Null);
    }

    /// <summary>Forgets the request; large buffers are given back.</summary>
    internal void Reset()
    {
        // Texts of callers are not kept.
        if (_values.Length > Kept) _values = new FeatureValue[16];
        else _values.AsSpan(0, Math.Min(_values.Length, (Count + 1) * Width)).Clear();
        if (_rows.Length > Kept) _rows = new int[8];
        _binding = null;
        _refusals = default;
    }

    private void Open(bool isUser)
    {
        (HasEntity, _isUser, _selected) = (true, isUser, -1);
        var end = (Count + 1) * Width;
        if (_values.Length < end) Array.Resize(ref _values, Math.Max(end, _values.Length * 2));
        _values.AsSpan(Count * Width, Width).Clear();
    }

    private int At(int key) => Count * Width + key;

    private bool Set(FeatureValue value)
    {
        _values[At(_selected)] = value;
        return true;
    }
}
