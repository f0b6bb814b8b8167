using System.Globalization;
using DuckDB.NET.Native;

namespace Lake.Query;

/// <summary>One in-memory database of DuckDB, which can load nothing from outside. Calls come one after another, from any thread; <see cref="Interrupt"/> at any time.</summary>
internal sealed class DuckSession : IDisposable
{
    private readonly DuckDBDatabase _database;
    private readonly DuckDBNativeConnection _connection;
    private volatile bool _interrupted;

    /// <param name="limits">What it may take.</param>
    /// <param name="spillFolder">Where it may write what it cannot hold.</param>
    public DuckSession(QueryLimits limits, string spillFolder)
    {
        if (NativeMethods.Startup.DuckDBOpen(":memory:", out _database) != DuckDBState.Success) throw new QueryException("the query engine cannot be started");
        if (NativeMethods.Startup.DuckDBConnect(_database, out _connection) != DuckDBState.Success) throw new QueryException("the query engine cannot be connected to");
        foreach (var setting in new[] { "autoinstall_known_extensions = false", "autoload_known_extensions = false", "allow_community_extensions = false", "TimeZone = 'UTC'" }) Execute($"SET {setting}");
        Execute(string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{limits.MemoryBytes} B'"));
        Execute($"SET temp_directory = {DuckText.Literal(spillFolder)}");
        Execute(string.Create(CultureInfo.InvariantCulture, $"SET max_temp_directory_size = '{limits.SpillBytes} B'"));
        if (limits.Threads is { } threads) Execute(string.Create(CultureInfo.InvariantCulture, $"SET threads = {threads}"));
    }

    /// <summary>Puts the engine's messages into the words of who asks.</summary>
    public Func<string, string> Tell { private get; set; } = message => message;

    /// <summary>From now on no file can be read but these, and none written.</summary>
    public void AllowOnly(IEnumerable<string> paths)
    {
        Execute($"SET allowed_paths = {DuckText.List(paths)}");
        Execute("SET enable_external_access = false");
    }

    /// <summary>From now on no setting can be changed.</summary>
    public void Lock() => Execute("SET lock_configuration = true");

    public void Execute(string sql)
    {
        using var result = Open(sql);
        while (result.Next() is { } batch) batch.Dispose();
    }

    /// <summary>Starts a query; its rows come as they are asked for.</summary>
    /// <exception cref="QueryException">The engine refuses it; the message is its own, as <see cref="Tell"/> puts it.</exception>
    public DuckResult Open(string sql)
    {
        var state = NativeMethods.PreparedStatements.DuckDBPrepare(_connection, sql, out var statement);
        using (statement)
        {
            if (state != DuckDBState.Success) throw new QueryException(Tell(NativeMethods.PreparedStatements.DuckDBPrepareError(statement)));
            var done = NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out var result);
            return DuckResult.Of(result, done == DuckDBState.Success, message => Tell(WhyFailed(sql, message)));
        }
    }

    /// <summary>Ends what is being run, which then fails.</summary>
    public void Interrupt()
    {
        _interrupted = true;
        NativeMethods.Startup.DuckDBInterrupt(_connection);
    }

    // A thread that fails interrupts its siblings, and a stream may tell of that interrupt in place of the failure. The query is then run once more without a stream
    // and without keeping its rows, which tells the failure itself.
    private string WhyFailed(string sql, string message)
    {
        if (_interrupted || !message.StartsWith("INTERRUPT Error", StringComparison.Ordinal)) return message;
        NativeMethods.Query.DuckDBQuery(_connection, $"EXPLAIN ANALYZE {sql}", out var again);
        var error = NativeMethods.Query.DuckDBResultError(ref again);
        again.Close();
        return string.IsNullOrEmpty(error) ? message : error;
    }

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }
}
