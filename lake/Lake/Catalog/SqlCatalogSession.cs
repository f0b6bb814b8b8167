using Microsoft.Data.Sqlite;

namespace Lake.Catalog;

/// <summary>Statements over one connection of a <see cref="SqlCatalogDatabase"/>, parameters by <c>$1</c>, <c>$2</c> and so on. Used by one thread.</summary>
internal sealed class SqlCatalogSession(SqliteConnection connection, SqliteTransaction? transaction)
{
    /// <summary>Runs statements. How many rows they changed.</summary>
    public int Execute(string sql, params IReadOnlyList<string?> values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query, as texts.</summary>
    public List<string?[]> Query(string sql, params IReadOnlyList<string?> values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<string?[]>();
        while (reader.Read())
        {
            var row = new string?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
            rows.Add(row);
        }
        return rows;
    }

    private SqliteCommand Command(string sql, IReadOnlyList<string?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        for (var i = 0; i < values.Count; i++) command.Parameters.AddWithValue($"${i + 1}", (object?)values[i] ?? DBNull.Value);
        return command;
    }
}
