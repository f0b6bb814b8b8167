using Lake.Catalog;
using Lake.Expressions;

namespace Lake.Query;

/// <summary>
/// SQL over the tables of a catalog, by DuckDB. A query reads tables of the lake and nothing else: other files, settings and statements are refused. A table stands as
/// <c>namespace.name</c>, or as its name where one table alone has it; <c>AT (VERSION => ...)</c> or <c>AT (TIMESTAMP => ...)</c> behind it (and behind its alias) asks for a snapshot; and
/// <c>"name$snapshots"</c>, <c>"name$history"</c>, <c>"name$refs"</c>, <c>"name$files"</c>, <c>"name$partitions"</c> are what its metadata says. Thread-safe: each query has an engine of its own.
/// </summary>
/// <param name="catalog">Where the tables are.</param>
/// <param name="limits">What each query may take; null for the defaults.</param>
/// <param name="clock">Measures the time limit; the system's where it is null.</param>
public sealed class LakeQuery(ICatalog catalog, QueryLimits? limits = null, TimeProvider? clock = null)
{
    private readonly QueryLimits _limits = limits ?? new QueryLimits();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>Starts a query. Its rows come as they are asked for, and are not held.</summary>
    /// <param name="sql">One SELECT, WITH, FROM, VALUES, DESCRIBE or SUMMARIZE.</param>
    /// <param name="cancellation">Ends the query, its rows included.</param>
    /// <returns>The rows, the caller's to dispose.</returns>
    /// <exception cref="QueryException">The query is wrong, reads what it may not, or went beyond a limit.</exception>
    /// <exception cref="LakeFormatException">A table cannot be read, or has no such snapshot.</exception>
    /// <exception cref="IOException">The storage failed, or files of the tables do not fit into its staging folder.</exception>
    public Task<QueryRows> RunAsync(string sql, CancellationToken cancellation) => RunAsync(sql, null, cancellation);

    /// <summary>Starts a query that sees the rows of each table in the order in which they were written, as <c>row_number() OVER ()</c> counts them.</summary>
    /// <param name="sql">The query.</param>
    /// <param name="files">Parquet files of the local disk that it may read beside the tables, by the names that it has for them; names with blanks are no table's.</param>
    /// <param name="cancellation">Ends the query, its rows included.</param>
    internal Task<QueryRows> RunInOrderAsync(string sql, IReadOnlyDictionary<string, string> files, CancellationToken cancellation) => RunAsync(sql, files, cancellation);

    // With files, in order.
    private async Task<QueryRows> RunAsync(string sql, IReadOnlyDictionary<string, string>? files, CancellationToken cancellation)
    {
        _limits.Check();
        var run = QueryRun.Start(_limits, _clock, cancellation);
        try
        {
            var reads = new List<QueryRead>();
            var text = await run.DoAsync(() => QueryTree.Parse(run.Session, sql));
            var tables = new QueryTables(catalog, _clock, run, files) { Columns = text.Columns, Threads = _limits.Threads ?? Environment.ProcessorCount };
            var (views, names) = (new List<string>(), new List<string>());
            run.Session.Tell = message => QueryMessage.Of(message, names);
            foreach (var reference in text.References)
            {
                var (view, read) = await tables.ReadAsync(reference, run.Cancellation);
                names.Add(reference.FullName);
                reference.Show(QueryMessage.View(views.Count));
                views.Add(view.Sql);
                if (read is not null) reads.Add(read);
                run.Files.AddRange(view.Files);
            }
            var result = await run.DoAsync(() =>
            {
                run.Session.AllowOnly(run.Files.Select(f => f.Path).Concat(tables.ListingPaths).Distinct());
                for (var i = 0; i < views.Count; i++) run.Session.Execute($"CREATE VIEW {QueryMessage.View(i)} AS {views[i]}");
                run.Session.Lock();
                return run.Session.Open(text.Sql(run.Session));
            });
            return new QueryRows(run, result, reads);
        }
        catch (OperationCanceledException) when (run.Cancellation.IsCancellationRequested)
        {
            // Files are read before the engine is asked; that takes of the query's time, too.
            var ending = run.Ending();
            await run.DisposeAsync();
            throw ending;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>What of a condition in SQL can be asked of a table's columns: a filter that all rows match which meet the condition, and others perhaps too. Null where nothing of it can.</summary>
    /// <param name="table">The table.</param>
    /// <param name="condition">What stands behind WHERE, of the table's columns.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="QueryException">It is no condition, or reads other tables.</exception>
    public async Task<Filter?> FilterAsync(Table table, string condition, CancellationToken cancellation)
    {
        _limits.Check();
        await using var run = QueryRun.Start(_limits, _clock, cancellation);
        // Parentheses, and a new line before the last one: the condition stays one, whatever it ends with.
        var sql = $"SELECT * FROM {DuckText.Name(table.Name.Namespace)}.{DuckText.Name(table.Name.Name)} WHERE ({condition}\n)";
        var tree = await run.DoAsync(() => QueryTree.Parse(run.Session, sql));
        if (tree.References is not [var reference]) throw new QueryException($"condition is '{condition}'; it must be of the columns of table {table.Name} alone");
        var filter = WhereFilter.Of(reference, table.Schema);
        return filter == Filter.All ? null : filter;
    }
}
