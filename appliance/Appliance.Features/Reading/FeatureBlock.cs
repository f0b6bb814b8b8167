// Hot path: rows are copied here from the store, once each.
using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>
/// What one read brought: for each view and entity the row's bytes as the store holds them, and the values that had to be computed.
/// Filled by <see cref="OnlineStore"/>; valid until the next read into it. Pooled; not thread-safe.
/// </summary>
public sealed class FeatureBlock
{
    /// <summary>Row memory kept between reads; more is given back. 256 KiB: a hundred rows of several views.</summary>
    private const int KeptBytes = 256 * 1024;

    private const int KeptValues = 16 * 1024;

    private StoredRow[] _rows = new StoredRow[16];
    private byte[] _bytes = new byte[4096];
    private FeatureValue[] _computed = [];
    private FeatureValue[] _scratch = [];
    private int _used;

    public FeatureReadPlan Plan { get; private set; } = null!;

    /// <summary>Entities that were asked for.</summary>
    public int Rows { get; private set; }

    /// <summary>The moment of the read, microseconds since 1970: ages and windows are as of it.</summary>
    public long Now { get; private set; }

    /// <summary>What became of a feature for an entity.</summary>
    /// <param name="output">Position in the plan's outputs.</param>
    /// <param name="row">Position among the entities.</param>
    public FeatureStatus Status(int output, int row)
    {
        var source = Plan.Outputs[output];
        var status = source.ViewRead < 0 ? FeatureStatus.Present : Stored(source.ViewRead, row).Status;
        if (status is not (FeatureStatus.Present or FeatureStatus.OutsideMaxAge)) return status;
        return HasValue(source, row) ? status : FeatureStatus.NullValue;
    }

    /// <summary>Adds the statuses of a feature for all entities to a count of each, as <see cref="Status"/> has them.</summary>
    internal void Tally(int output, Span<long> statuses)
    {
        var source = Plan.Outputs[output];
        for (var row = 0; row < Rows; row++)
        {
            var status = source.ViewRead < 0 ? FeatureStatus.Present : Stored(source.ViewRead, row).Status;
            if (status is FeatureStatus.Present or FeatureStatus.OutsideMaxAge && !HasValue(source, row)) status = FeatureStatus.NullValue;
            statuses[(int)status]++;
        }
    }

    /// <summary>Event time of the row that a feature comes from, microseconds since 1970; 0 where there is none.</summary>
    public long EventTime(int output, int row)
    {
        var source = Plan.Outputs[output];
        return source.ViewRead < 0 ? 0 : Stored(source.ViewRead, row).EventTime;
    }

    /// <summary>The value; null where there is none.</summary>
    public FeatureValue Value(int output, int row) => ValueOf(Plan.Outputs[output], row);

    /// <summary>The value of a feature that the plan reads or computes, asked for or not; null where there is none.</summary>
    internal FeatureValue ValueOf(in FeatureOutput source, int row)
    {
        if (source.Computed >= 0) return _computed[source.Computed * Rows + row];
        ref readonly var stored = ref Stored(source.ViewRead, row);
        return stored.Layout is null ? FeatureValue.Null : stored.Layout.Read(Bytes(stored), source.Feature);
    }

    /// <summary>The row of a view for an entity, as it was read.</summary>
    public ref readonly StoredRow Stored(int viewRead, int row) => ref _rows[viewRead * Rows + row];

    /// <summary>The rows of a view, one an entity, as they were read.</summary>
    public ReadOnlySpan<StoredRow> StoredRows(int viewRead) => _rows.AsSpan(viewRead * Rows, Rows);

    public ReadOnlySpan<byte> Bytes(in StoredRow stored) => _bytes.AsSpan(stored.Offset, stored.Length);

    /// <summary>The bytes of all rows.</summary>
    public ReadOnlySpan<byte> Bytes(in AlikeRows alike) => _bytes.AsSpan(alike.Offset, alike.Stride * Rows);

    /// <summary>Whether all rows of a view are alike, as nearly all are: then a column of them is written in one go.</summary>
    public bool TryGetAlike(int viewRead, out AlikeRows alike)
    {
        alike = default;
        var rows = StoredRows(viewRead);
        if (rows.IsEmpty || rows[0].Layout is not { } layout || rows[0].Length < layout.Layout.FixedBytes) return false;
        ref readonly var first = ref rows[0];
        for (var row = 1; row < rows.Length; row++)
        {
            ref readonly var other = ref rows[row];
            if (!ReferenceEquals(other.Layout, layout) || other.Status != first.Status) return false;
            if (other.Length != first.Length || other.Offset != first.Offset + (row * first.Length)) return false;
        }
        alike = new AlikeRows(layout, first.Status, first.Offset, first.Length);
        return true;
    }

    /// <summary>Sets the bits of the layout's columns that have no value in at least one of the rows.</summary>
    /// <param name="alike">The rows.</param>
    /// <param name="nulls">A bit a column, <see cref="Rows.RowLayout.NullWords"/> long.</param>
    public void CollectNulls(in AlikeRows alike, Span<ulong> nulls)
    {
        nulls.Clear();
        var bytes = Bytes(alike);
        for (var row = 0; row < Rows; row++) alike.Layout.Layout.AddNulls(bytes.Slice(row * alike.Stride, alike.Stride), nulls);
    }

    /// <summary>Values computed for one column, one an entity.</summary>
    public Span<FeatureValue> Computed(int column) => _computed.AsSpan(column * Rows, Rows);

    internal void Begin(FeatureReadPlan plan, int rows, long now)
    {
        Plan = plan;
        Rows = rows;
        Now = now;
        _used = 0;
        var slots = checked(plan.ViewReads.Length * rows);
        if (_rows.Length < slots) _rows = new StoredRow[slots];
        else _rows.AsSpan(0, slots).Clear();
        if (_bytes.Length > KeptBytes) _bytes = new byte[4096];
        var computed = checked(plan.ComputedColumns * rows);
        if (_computed.Length < computed || (_computed.Length > KeptValues && computed < KeptValues)) _computed = new FeatureValue[computed];
    }

    /// <summary>Takes a row over from the store's memory. The store may call again for the same row when it was changed meanwhile.</summary>
    internal void Put(int viewRead, int row, ServedView view, uint layout, long eventTime, FeatureStatus status, ReadOnlySpan<byte> bytes)
    {
        ref var stored = ref _rows[viewRead * Rows + row];
        // Copied again in place: only a row that grew meanwhile takes new memory.
        var offset = stored.Status != FeatureStatus.NotFound && stored.Length >= bytes.Length ? stored.Offset : _used;
        if (offset == _used)
        {
            if (_bytes.Length - _used < bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(_bytes.Length * 2L, (long)_used + bytes.Length)));
            _used += bytes.Length;
        }
        bytes.CopyTo(_bytes.AsSpan(offset));
        var panes = view.PanesOf(layout);
        if (panes is null && view.Kind == ViewKind.Stream && layout < view.CurrentLayout)
        {
            // What panes of then hold cannot be told any more, as the source or a field is gone: they count as none, as they will with the next event.
            panes = view.PanesOf(view.CurrentLayout);
            bytes = default;
        }
        stored = new StoredRow(view.LayoutOf(layout), panes, eventTime, offset, bytes.Length, status);
    }

    /// <summary>Keys of the view that is read next.</summary>
    internal KeyBatch Keys { get; } = new();

    internal void PutAbsent(int viewRead, int row) => _rows[viewRead * Rows + row] = new StoredRow(null, null, 0, 0, 0, FeatureStatus.NotFound);

    /// <summary>Room for values that are needed for one row only; valid until it is asked for again.</summary>
    internal Span<FeatureValue> Scratch(int count)
    {
        if (_scratch.Length < count) _scratch = new FeatureValue[Math.Max(count, 64)];
        return _scratch.AsSpan(0, count);
    }

    private bool HasValue(in FeatureOutput source, int row)
    {
        if (source.Computed >= 0) return !_computed[source.Computed * Rows + row].IsNull;
        ref readonly var stored = ref Stored(source.ViewRead, row);
        if (stored.Layout is null) return false;
        var column = stored.Layout.Column(source.Feature);
        return column >= 0 && !stored.Layout.Layout.IsNull(Bytes(stored), column);
    }
}
