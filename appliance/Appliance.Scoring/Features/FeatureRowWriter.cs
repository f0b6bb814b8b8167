// Hot path: one call per feature and row.
using Appliance.Inference;
using Appliance.Inference.Batching;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Scoring.Features;

/// <summary>
/// Collects rows of named values, checks each against the binding, and writes them as raw input tensors into a request's entry.
/// Every method that returns false has put the reason and the feature at fault into the entry. Pooled; not thread-safe.
/// Call order: Begin, then for each row BeginRow, (Select, Set...)*, <see cref="Entity"/> where the row has one, EndRow, then Finish.
/// </summary>
public sealed partial class FeatureRowWriter : IResettable
{
    /// <summary>Cells kept between requests; more are given back. 65,536: half a megabyte, 256 rows of 256 features.</summary>
    private const int KeptCells = 65_536;

    private FeatureBinding _binding = null!;
    private BatchEntry _entry = null!;
    private FeatureRefusals _refusals;
    private long[] _cells = new long[64];

    // Bits of the features that came with a row: of each row to read, and behind those of the present one.
    private ulong[] _given = new ulong[1];
    private int _givenWords;
    private byte[] _texts = new byte[256];
    private int _textBytes;
    private int _rows;
    private int _rowStart;
    private int _givenCount;
    private int _selected;

    /// <summary>The type of the feature selected last.</summary>
    public FeatureType SelectedType => Selected.Type;

    /// <summary>Whether the request brought every feature of the present row.</summary>
    public bool RowIsComplete => _givenCount == _binding.Features.Length;

    private BoundFeature Selected => _binding.Features[_selected];

    private Span<ulong> Given => _given.AsSpan(Entity.Count * _givenWords, _givenWords);

    /// <summary>Starts a request whose rows bring all that is not defaulted.</summary>
    public void Begin(FeatureBinding binding, BatchEntry entry, RowPath path)
    {
        Entity.BeginRequest(null, entry, path);
        (_service, _stored, _explain) = (null, null, false);
        _binding = binding;
        _entry = entry;
        _refusals = new FeatureRefusals(entry, binding, path);
        _rows = _textBytes = 0;
        _givenWords = (binding.Features.Length + 63) / 64;
    }

    /// <summary>Starts a row.</summary>
    public bool BeginRow()
    {
        if (_rows == _binding.MaxRows) return _refusals.TooManyRows();
        var width = _binding.Features.Length;
        _rowStart = _rows * width;
        if (_cells.Length < _rowStart + width) Array.Resize(ref _cells, Math.Max(_rowStart + width, _cells.Length * 2));
        var words = (Entity.Count + 1) * _givenWords;
        if (_given.Length < words) Array.Resize(ref _given, Math.Max(words, _given.Length * 2));
        Given.Clear();
        Entity.BeginRow(_rows);
        _givenCount = 0;
        _selected = -1;
        return true;
    }

    /// <summary>Names the feature whose value comes next.</summary>
    public bool Select(ReadOnlySpan<byte> utf8Name)
    {
        var at = _binding.Find(utf8Name, _selected + 1);
        if (at < 0) return _refusals.Unknown(_rows, utf8Name);
        _selected = at;
        ref var word = ref Given[at >> 6];
        var bit = 1UL << (at & 63);
        if ((word & bit) != 0) return _refusals.Duplicate(_rows, Selected);
        word |= bit;
        _givenCount++;
        return true;
    }

    public bool SetNumber(double value)
    {
        var outcome = FeatureCell.FromDouble(Selected, value, out _cells[_rowStart + _selected]);
        return outcome == CellOutcome.Ok || _refusals.Number(_rows, Selected, value, outcome);
    }

    public bool SetInteger(long value)
    {
        var outcome = FeatureCell.FromInteger(Selected, value, out _cells[_rowStart + _selected]);
        return outcome == CellOutcome.Ok || _refusals.Integer(_rows, Selected, value, outcome);
    }

    public bool SetBool(bool value)
    {
        var outcome = FeatureCell.FromBool(Selected, value, out _cells[_rowStart + _selected]);
        return outcome == CellOutcome.Ok || _refusals.Value(_rows, Selected, value ? "true" : "false");
    }

    /// <param name="utf8">Valid UTF-8; copied.</param>
    public bool SetText(ReadOnlySpan<byte> utf8)
    {
        if (SelectedType != FeatureType.String) return _refusals.Text(_rows, Selected, utf8);
        _cells[_rowStart + _selected] = AddText(utf8);
        return true;
    }

    /// <summary>No value: NaN for a double.</summary>
    public bool SetNull()
    {
        var outcome = FeatureCell.FromNull(Selected, out _cells[_rowStart + _selected]);
        return outcome == CellOutcome.Ok || _refusals.Value(_rows, Selected, "null");
    }

    /// <summary>The selected feature came as something that is no value at all.</summary>
    /// <param name="what">What it came as: "an array".</param>
    public bool RefuseValue(string what) => _refusals.Value(_rows, Selected, what);

    /// <summary>Ends the row: features left out are read for its entity; without one they take their defaults.</summary>
    public bool EndRow()
    {
        if (Entity.HasEntity && !Entity.IsWhole()) return false;
        if (_explain) BeginOrigins();
        _entry.Features.Given += _givenCount;
        if (!RowIsComplete && !(Entity.HasEntity ? KeepToRead() : SetDefaults())) return false;
        _rows++;
        return true;
    }

    /// <summary>Writes the tensors into the entry and asks for the outputs that hold scores.</summary>
    public ScoreStatus Finish()
    {
        if (_rows == 0)
        {
            _refusals.NoRows();
            return ScoreStatus.InvalidArgument;
        }
        if (Entity.Count > 0 && !ReadStored()) return _entry.Status;
        return FeatureTensors.Write(_entry, _binding, _cells, _rows, _texts.AsSpan(0, _textBytes))
            ? ScoreStatus.Ok
            : _entry.Fail(ScoreStatus.InvalidArgument, $"the rows are larger than {int.MaxValue} bytes");
    }

    /// <summary>Forgets the request; large buffers are given back.</summary>
    public bool TryReset()
    {
        _binding = null!;
        _entry = null!;
        _refusals = default;
        ResetStored();
        if (_cells.Length > KeptCells) _cells = new long[64];
        if (_given.Length > KeptCells) _given = new ulong[1];
        if (_texts.Length > KeptCells * sizeof(long)) _texts = new byte[256];
        return true;
    }

    private bool SetDefaults()
    {
        var features = _binding.Features;
        var given = Given;
        for (var i = 0; i < features.Length; i++)
        {
            if (IsSet(given, i)) continue;
            if (features[i].Required) return _refusals.Missing(_rows, features[i], EntityHint(i));
            _cells[_rowStart + i] = features[i].DefaultCell;
            _entry.Features.Defaulted++;
        }
        return true;
    }

    private static bool IsSet(ReadOnlySpan<ulong> bits, int at) => (bits[at >> 6] >> (at & 63) & 1) != 0;

    private long AddText(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(TextRoom(utf8.Length));
        var cell = FeatureCell.FromText(_textBytes, utf8.Length);
        _textBytes += utf8.Length;
        return cell;
    }

    private Span<byte> TextRoom(int bytes)
    {
        var needed = checked(_textBytes + bytes);
        if (_texts.Length < needed) Array.Resize(ref _texts, Math.Max(needed, _texts.Length * 2));
        return _texts.AsSpan(_textBytes, bytes);
    }
}
