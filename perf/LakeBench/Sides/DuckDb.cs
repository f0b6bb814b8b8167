using DuckDB.NET.Data;

namespace LakeBench.Sides;

/// <summary>A DuckDB in memory with a thread a processor, which loads nothing from elsewhere. Used by one thread.</summary>
internal sealed class DuckDb : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public DuckDb()
    {
        _connection.Open();
        Run("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false");
        Run($"SET threads={Environment.ProcessorCount}");
    }

    public DuckDBConnection Connection => _connection;

    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Number(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => _connection.Dispose();
}
