using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Query;
using Lake.Scan;

namespace Lake.PointInTime.Held;

/// <summary>
/// A join whose spine is held in memory while the histories of its views, which are batch views of values of fixed width, pass by once each and unsorted: nothing of a history is held
/// but the best row of each moment. Used by one thread.
/// </summary>
internal sealed class HeldJoin : IRowStream
{
    /// <summary>The part of a join's memory that may be held: the engine, which reads meanwhile, takes little of its own.</summary>
    private const int PartOfMemory = 2;

    /// <summary>Batches that the engine is ahead at most, some 2,000 rows each. 16: a thread that is behind for a moment keeps no other waiting.</summary>
    private const int ReadDepth = 16;

    private readonly HeldPlan _plan;
    private readonly Queue<RecordBatch> _spine = [];
    private readonly Dictionary<string, SpineMoments> _moments = new(StringComparer.Ordinal);
    private readonly List<HeldView> _held = [];
    private Schema? _schema;

    private HeldJoin(HeldPlan plan) => _plan = plan;

    /// <inheritdoc/>
    public Schema Schema => _schema!;

    /// <summary>Whether joins to these views can be held at all.</summary>
    public static bool Holds(IEnumerable<JoinView> views) => views.All(v => !v.View.IsStream && v.Needed.All(f => HeldColumn.Holds(v.TypeOf(f))));

    /// <summary>Holds a spine.</summary>
    /// <param name="plan">What is joined.</param>
    /// <param name="spine">Its rows: columns, moment and request inputs, then the keys' columns <c>j0</c> and on.</param>
    /// <param name="memory">Bytes that the join may take.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The join, the caller's to dispose; null where the spine does not fit.</returns>
    public static async Task<HeldJoin?> HoldAsync(HeldPlan plan, QueryRows spine, long memory, CancellationToken cancellation)
    {
        var join = new HeldJoin(plan);
        foreach (var key in plan.Keys) join._moments.TryAdd(NameOf(key), new SpineMoments([.. key.Select(k => spine.Schema.GetFieldIndex(k))]));
        var rowBytes = plan.Views.Sum(HeldView.RowBytes) + (join._moments.Count * SpineMoments.RowBytes);
        var bytes = 0L;
        try
        {
            await foreach (var batch in Ahead(spine, cancellation))
            {
                join.Add(batch);
                bytes += (batch.Length * rowBytes) + Enumerable.Range(0, batch.ColumnCount).Sum(c => BytesOf(batch.Column(c).Data));
                if (bytes + join._moments.Values.Sum(m => m.KeyBytes) <= memory / PartOfMemory) continue;
                await join.DisposeAsync();
                return null;
            }
        }
        catch
        {
            await join.DisposeAsync();
            throw;
        }
        foreach (var moments in join._moments.Values) moments.Sort();
        for (var v = 0; v < plan.Views.Count; v++) join._held.Add(new HeldView(plan.Views[v], join._moments[NameOf(plan.Keys[v])], plan.Request.CreatedByThen));
        join._schema = join.SchemaOf(spine.Schema);
        return join;
    }

    /// <summary>The query of a view's history, for <see cref="PassAsync"/>.</summary>
    public string HistorySql(int view) => _held[view].Sql;

    /// <summary>Lets a view's history pass by.</summary>
    /// <param name="view">Which view.</param>
    /// <param name="history">Rows of <see cref="HistorySql"/>.</param>
    /// <param name="progress">Told how many rows have passed; null for no one.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task PassAsync(int view, QueryRows history, IProgress<long>? progress, CancellationToken cancellation)
    {
        var passed = 0L;
        await foreach (var batch in Ahead(history, cancellation))
        {
            using (batch) _held[view].Apply(batch);
            progress?.Report(passed += batch.Length);
        }
        _held[view].Settle();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var row = 0;
        while (_spine.TryDequeue(out var given))
        {
            cancellation.ThrowIfCancellationRequested();
            var arrays = Enumerable.Range(0, _plan.Columns).Select(given.Column).Concat(_held.SelectMany(v => v.Columns(row, given.Length, _plan.Request.KeepsStale)));
            var batch = new RecordBatch(Schema, arrays, given.Length);
            for (var key = _plan.Columns; key < given.ColumnCount; key++) given.Column(key).Dispose();
            row += given.Length;
            yield return batch;
            await Task.CompletedTask;
        }
    }

    public ValueTask DisposeAsync()
    {
        while (_spine.TryDequeue(out var batch)) batch.Dispose();
        return ValueTask.CompletedTask;
    }

    // The engine makes rows while those before are looked at.
    private static IAsyncEnumerable<RecordBatch> Ahead(QueryRows rows, CancellationToken cancellation) => ReadAhead.Of(rows.ReadAsync(cancellation), ReadDepth, b => b.Dispose(), cancellation);

    private static string NameOf(IEnumerable<string> keys) => string.Join(',', keys);

    private static long BytesOf(ArrayData data) => data.Buffers.Sum(b => (long)b.Length) + (data.Children?.Sum(BytesOf) ?? 0);

    private void Add(RecordBatch batch)
    {
        _spine.Enqueue(batch);
        var momentAt = batch.Schema.GetFieldIndex("moment");
        foreach (var moments in _moments.Values) moments.Add(batch, momentAt);
    }

    private Schema SchemaOf(Schema spine)
    {
        var fields = spine.FieldsList.Take(_plan.Columns).ToList();
        foreach (var view in _plan.Views)
        {
            fields.Add(new Field("t", Int64Type.Default, true));
            fields.AddRange(view.Needed.Select((f, i) => new Field(JoinView.At("v", i), FeatureColumn.TypeOf(view.TypeOf(f)), true)));
        }
        return new Schema(fields, null);
    }
}
