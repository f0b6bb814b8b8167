using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using Lake.Catalog;
using Lake.Maintenance;
using Lake.PointInTime.Held;
using Lake.Query;
using Lake.Query.Output;
using Lake.Scan;
using Lake.Storage;
using Lake.Types;
using Lake.Write;

namespace Lake.PointInTime;

/// <summary>
/// Joins features to rows as they were known at each row's own moment, from history in tables of the lake. Batch views give the newest row whose event time is not after the moment, of
/// equal event times the one of the greatest created time, then the latest in the table's order; stream views give windows over the events up to the moment. What is older than the
/// view's TTL at the moment is null: an age of exactly the TTL is not. Null keys match nothing. Thread-safe.
/// </summary>
/// <param name="catalog">Where the tables are.</param>
/// <param name="definitions">Definitions that are known to be valid.</param>
/// <param name="limits">What each query of a join may take; null for the defaults.</param>
/// <param name="clock">Measures the time limit; the system's where it is null.</param>
public sealed class PointInTimeJoin(ICatalog catalog, DefinitionCatalog definitions, QueryLimits? limits = null, TimeProvider? clock = null)
{
    private readonly QueryLimits _limits = limits ?? new QueryLimits();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly LakeQuery _query = new(catalog, limits, clock);

    // What is read on the way is not the result, whose rows are limited.
    private readonly LakeQuery _steps = new(catalog, (limits ?? new QueryLimits()) with { Rows = null }, clock);

    // Whether a snapshot has ties in a view never changes.
    private readonly ConcurrentDictionary<(Guid Table, long? Snapshot, string Sql), bool> _ties = [];

    /// <summary>Starts a join. What stream views need is made first; the rows then come as they are asked for.</summary>
    /// <param name="request">What to join.</param>
    /// <param name="progress">Told how many events and moments of a stream view have passed; null for no one.</param>
    /// <param name="cancellation">Ends it, its rows included.</param>
    /// <returns>The rows, the caller's to dispose.</returns>
    /// <exception cref="JoinException">A feature, a column or a table is not there, or not of its type.</exception>
    /// <exception cref="QueryException">The engine failed, or went beyond a limit.</exception>
    public async Task<JoinedRows> RunAsync(JoinRequest request, IProgress<long>? progress, CancellationToken cancellation)
    {
        if (request.Features.Count == 0) throw new JoinException("features are none; a join needs at least one");
        if (!PointInTimeService.TryCreate(ViewAlias.Over(definitions, request.Aliases), request.Features, out var service, out var error)) throw new JoinException($"features are {string.Join(", ", request.Features)}; {error}");
        var spine = await SpineAsync(request, cancellation);
        var views = new List<JoinView>();
        foreach (var view in service.Views) views.Add(await ViewAsync(request, service, view, cancellation));
        var shape = new JoinShape(request, service, views, [.. spine.Fields.Select(f => f.Name)]);
        var inputs = string.Join("", service.Inputs.Select((c, i) => $", {spine.Value("request input", c)} AS {JoinView.At("i", i)}"));
        var keys = views.Select(v => spine.Keys(v.Keys.Select(k => request.Aliases.TryGetValue(v.Name, out var alias) ? alias.InSpine(k) : k))).ToList();
        var staging = new StagingFolder(_limits.StagingFolder, long.MaxValue);
        try
        {
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            var from = await StageAsync(request.Spine, views.Exists(v => v.View.IsStream), staging, files, cancellation);
            if (HeldJoin.Holds(views) && await HoldAsync(new HeldPlan(request, views, keys, spine.Fields.Count + 1 + service.Inputs.Count), spine.HeldSql(from, inputs), files, progress, cancellation) is { } held)
            {
                return new JoinedRows(held, shape, staging);
            }
            var sql = new JoinSql(request, spine.Sql(from, inputs), spine.Fields.Count, service.Inputs.Count);
            for (var v = 0; v < views.Count; v++)
            {
                if (views[v].View.IsStream)
                {
                    var name = $"rows of view {views[v].Name}";
                    files[name] = await StreamAsync(request, views[v], spine.MomentsSql(from, keys[v]), (staging, files), progress, cancellation);
                    sql.AddStream(views[v], name);
                }
                else
                {
                    sql.AddBatch(views[v], keys[v], await BatchSqlAsync(request, views[v], cancellation));
                }
            }
            return new JoinedRows(await _query.RunInOrderAsync(sql.ToString(), files, cancellation), shape, staging);
        }
        catch
        {
            staging.Dispose();
            throw;
        }
    }

    /// <summary>Writes a join as a new table, in the spine's order, in one commit.</summary>
    /// <param name="request">What to join.</param>
    /// <param name="target">The table's name.</param>
    /// <param name="progress">As for <see cref="RunAsync"/>.</param>
    /// <param name="cancellation">Ends it; then there is no table.</param>
    /// <exception cref="JoinException">There is a table of that name, or as for <see cref="RunAsync"/>.</exception>
    public async Task<Table> WriteAsync(JoinRequest request, TableName target, IProgress<long>? progress, CancellationToken cancellation)
    {
        if (await catalog.LoadAsync(target, cancellation) is not null) throw new JoinException($"output table is {target}; there is a table of that name, and a join makes a new one");
        await using var rows = await RunAsync(request, progress, cancellation);
        var schema = new TableSchema(0, FeatureTypes.Fields(rows.Schema.FieldsList));
        var table = await Table.CreateAsync(catalog, target, new TableDefinition(schema), _clock, cancellation)
            ?? throw new JoinException($"output table is {target}; another writer has just made it");
        try
        {
            return await table.AppendAsync(Released(rows, cancellation), cancellation);
        }
        catch
        {
            await DropAsync(target);
            throw;
        }
    }

    // A table that cannot be dropped stays: the failure before that is the one that is told.
    private async Task DropAsync(TableName target)
    {
        try
        {
            await catalog.PurgeAsync(target, null, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LakeFormatException or CatalogException)
        {
        }
    }

    private static async IAsyncEnumerable<RecordBatch> Released(JoinedRows rows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in rows.ReadAsync(cancellation))
        {
            using (batch) yield return batch;
        }
    }

    private async Task<NumberedSpine> SpineAsync(JoinRequest request, CancellationToken cancellation)
    {
        if (request.Spine.Table is not { } at) return new NumberedSpine("the spine", FeatureTypes.Fields(request.Spine.Schema!.FieldsList), request.TimeColumn);
        var (table, schema) = await LoadAsync("spine", at, cancellation);
        return new NumberedSpine($"spine {table.Name}", schema.Fields, request.TimeColumn);
    }

    private async Task<JoinView> ViewAsync(JoinRequest request, PointInTimeService service, PointInTimeView view, CancellationToken cancellation)
    {
        var definition = view.Definition;
        var source = definitions.Source(definition.Source)!;
        if (!request.Histories.TryGetValue(source.Name, out var at))
        {
            at = source.Path is { } path && TableName.TryParse(path, out var name)
                ? new TableAt(name)
                : throw new JoinException($"source '{source.Name}': path is '{source.Path}'; it must be a table of the lake, namespace.table, or the join must be told one for the source");
        }
        var (_, schema) = await LoadAsync($"source '{source.Name}': history", at, cancellation);
        var needed = service.Features.SelectMany(f => f.Stored).Where(f => f.View == definition.Name).Select(f => definition.Features.FindIndex(d => d.Name == f.Feature)).Distinct().Order();
        return new JoinView(view, source, JoinView.KeysOf(definition, definitions), [.. needed], new HistoryTable(source, at, schema));
    }

    private async Task<(Table Table, TableSchema Schema)> LoadAsync(string what, TableAt at, CancellationToken cancellation)
    {
        var table = await Table.LoadAsync(catalog, at.Name, _clock, cancellation) ?? throw new JoinException($"{what} is {at.Name}; the lake has no such table");
        return (table, SnapshotChoice.Of(table.Metadata, at.Snapshot ?? new ScanRequest()).Schema);
    }

    private async Task<HeldJoin?> HoldAsync(HeldPlan plan, string spine, Dictionary<string, string> files, IProgress<long>? progress, CancellationToken cancellation)
    {
        await using var rows = await _query.RunInOrderAsync(spine, files, cancellation);
        var held = await HeldJoin.HoldAsync(plan, rows, _limits.MemoryBytes, cancellation);
        try
        {
            for (var v = 0; held is not null && v < plan.Views.Count; v++)
            {
                await using var history = await _steps.RunInOrderAsync(held.HistorySql(v), files, cancellation);
                await held.PassAsync(v, history, progress, cancellation);
            }
            return held;
        }
        catch
        {
            if (held is not null) await held.DisposeAsync();
            throw;
        }
    }

    private async Task<string> BatchSqlAsync(JoinRequest request, JoinView view, CancellationToken cancellation)
    {
        if (request.CreatedByThen) return BatchHistory.AsKnownSql(view);
        return await HasTiesAsync(view, cancellation) ? BatchHistory.SettledSql(view) : BatchHistory.PlainSql(view);
    }

    private async Task<bool> HasTiesAsync(JoinView view, CancellationToken cancellation)
    {
        var (table, _) = await LoadAsync("history", view.History.At, cancellation);
        var sql = BatchHistory.TiesSql(view);
        var key = (table.Metadata.TableUuid, SnapshotChoice.Of(table.Metadata, view.History.At.Snapshot ?? new ScanRequest()).Snapshot?.SnapshotId, sql);
        if (_ties.TryGetValue(key, out var known)) return known;
        await using var rows = await _steps.RunAsync(sql, cancellation);
        var found = false;
        await foreach (var batch in rows.ReadAsync(cancellation))
        {
            using (batch) found |= batch.Length > 0;
        }
        return _ties[key] = found;
    }

    // Rows that are read more than once, or are no table's, lie in a file.
    private async Task<string> StageAsync(JoinSpine spine, bool isReadAgain, StagingFolder staging, Dictionary<string, string> files, CancellationToken cancellation)
    {
        if (spine.Table is { } table && !isReadAgain) return table.Sql("x");
        var path = staging.Reserve("spine.parquet", 0);
        await using (var file = File.Create(path))
        {
            if (spine.Table is { } read)
            {
                await using var rows = await _steps.RunInOrderAsync($"SELECT * FROM {read.Sql("x")}", files, cancellation);
                await rows.WriteToAsync(RowFormat.Parquet, file, null, cancellation);
            }
            else
            {
                await using var writer = RowWriters.Create(RowFormat.Parquet, spine.Schema!, file);
                await foreach (var batch in spine.Batches!.WithCancellation(cancellation)) await writer.WriteAsync(batch, cancellation);
                await writer.FinishAsync(cancellation);
            }
        }
        files[NumberedSpine.RowsName] = path;
        return $"{DuckText.Name(NumberedSpine.RowsName)} AS x";
    }

    private async Task<string> StreamAsync(
        JoinRequest request, JoinView view, string moments, (StagingFolder Staging, Dictionary<string, string> Files) place, IProgress<long>? progress, CancellationToken cancellation)
    {
        var stream = new StreamJoin(view);
        var path = place.Staging.Reserve("view.parquet", 0);
        await using var merged = await _steps.RunInOrderAsync(stream.Sql(moments, request.CreatedByThen), place.Files, cancellation);
        await stream.RunAsync(merged, path, progress, cancellation);
        return path;
    }
}
