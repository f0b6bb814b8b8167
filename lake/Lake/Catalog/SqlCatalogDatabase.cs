using Lake.Commit;
using Lake.Storage;
using Microsoft.Data.Sqlite;

namespace Lake.Catalog;

/// <summary>
/// The SQLite database of a <see cref="SqlCatalog"/>: connections, tables, transactions, errors. In WAL mode, so that readers never wait for a writer, and each commit is on the disk
/// when it returns. Thread-safe, safe beside other processes of the same machine.
/// </summary>
internal sealed class SqlCatalogDatabase : IDisposable
{
    /// <summary>Seconds that a statement waits for another process's lock. 30: the library's own default; a commit holds the lock for some ms.</summary>
    private const int BusySeconds = 30;

    /// <summary>SQLITE_FULL.</summary>
    private const int Full = 13;

    private readonly string _file;
    private readonly string _connection;
    private readonly Lazy<bool> _tables;

    public SqlCatalogDatabase(string file)
    {
        _file = Path.GetFullPath(file);
        _connection = new SqliteConnectionStringBuilder { DataSource = _file, Mode = SqliteOpenMode.ReadWriteCreate, DefaultTimeout = BusySeconds }.ToString();
        _tables = new Lazy<bool>(CreateTables, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Runs queries.</summary>
    /// <exception cref="IOException">The database failed.</exception>
    public Task<T> ReadAsync<T>(Func<SqlCatalogSession, T> work, CancellationToken cancellation) => Task.Run(
        () => Named(() =>
        {
            using var connection = Open();
            return work(new SqlCatalogSession(connection, null));
        }),
        cancellation);

    /// <summary>Runs statements in one transaction that has the write lock from its start on.</summary>
    /// <exception cref="CommitNotMadeException">The database failed before it was asked to commit: nothing was changed.</exception>
    /// <exception cref="IOException">It failed as it committed: what it did is not known.</exception>
    public Task<T> WriteAsync<T>(Func<SqlCatalogSession, T> work, CancellationToken cancellation) => Task.Run(
        () =>
        {
            using var connection = NotMade(Open);
            using var transaction = NotMade(() => connection.BeginTransaction(deferred: false));
            var result = NotMade(() => work(new SqlCatalogSession(connection, transaction)));
            Named(() =>
            {
                transaction.Commit();
                return true;
            });
            return result;
        },
        cancellation);

    /// <summary>Closes the connections that are kept open for the next call.</summary>
    public void Dispose()
    {
        using var connection = new SqliteConnection(_connection);
        SqliteConnection.ClearPool(connection);
    }

    private SqliteConnection Open()
    {
        _ = _tables.Value;
        return Connect();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connection);
        try
        {
            connection.Open();
            // Each connection's own setting: a commit is on the disk when it returns, a power cut included.
            new SqlCatalogSession(connection, null).Execute($"PRAGMA busy_timeout={BusySeconds * 1000}; PRAGMA synchronous=FULL");
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    private bool CreateTables()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        using var connection = Connect();
        new SqlCatalogSession(connection, null).Execute("PRAGMA journal_mode=WAL");
        using var transaction = connection.BeginTransaction(deferred: false);
        var session = new SqlCatalogSession(connection, transaction);
        session.Execute("""
            CREATE TABLE IF NOT EXISTS iceberg_tables (
                catalog_name VARCHAR(255) NOT NULL, table_namespace VARCHAR(255) NOT NULL, table_name VARCHAR(255) NOT NULL,
                metadata_location VARCHAR(1000), previous_metadata_location VARCHAR(1000), iceberg_type VARCHAR(5),
                PRIMARY KEY (catalog_name, table_namespace, table_name));
            CREATE TABLE IF NOT EXISTS iceberg_namespace_properties (
                catalog_name VARCHAR(255) NOT NULL, namespace VARCHAR(255) NOT NULL, property_key VARCHAR(255) NOT NULL, property_value VARCHAR(1000),
                PRIMARY KEY (catalog_name, namespace, property_key));
            """);
        // Older catalogs have tables alone and no column that says so.
        if (session.Query("SELECT 1 FROM pragma_table_info('iceberg_tables') WHERE name = 'iceberg_type'").Count == 0) session.Execute("ALTER TABLE iceberg_tables ADD COLUMN iceberg_type VARCHAR(5)");
        transaction.Commit();
        return true;
    }

    private T Named<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw new IOException(Message(e), e);
        }
    }

    private T NotMade<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new CommitNotMadeException(e is SqliteException error ? Message(error) : $"catalog database {_file} failed: {e.Message}", e);
        }
    }

    private string Message(SqliteException e) => e.SqliteErrorCode == Full
        ? $"catalog database {_file} cannot grow: {DiskFaults.FullAdvice}"
        : $"catalog database {_file} failed: {e.Message}";
}
