using System.Globalization;
using System.Text.RegularExpressions;
using Lake.Commit;
using Lake.Metadata;
using Lake.Storage;

namespace Lake.Catalog;

/// <summary>
/// Tables named in a SQLite database, in the tables of the reference implementation's JDBC catalog and of PyIceberg's SQL catalog. A commit writes a metadata file of a name of
/// its own and moves the table's row to it if the row still has the file that the commit was made from; so it needs no storage that refuses an existing name. Thread-safe, safe
/// beside other processes of the same machine. Disposing it closes the database.
/// </summary>
public sealed partial class SqlCatalog : ICatalog, IDisposable
{
    private const string OneTable = "catalog_name = $1 AND table_namespace = $2 AND table_name = $3 AND (iceberg_type IS NULL OR iceberg_type = 'TABLE')";

    private readonly SqlCatalogDatabase _database;
    private readonly string _warehouse;
    private readonly string _name;

    /// <param name="storage">Where the tables' files are.</param>
    /// <param name="warehouse">Folder or prefix of tables that are made without a place of their own.</param>
    /// <param name="databaseFile">The database; it is made where there is none.</param>
    /// <param name="name">The catalog's name in it: several can share a database.</param>
    public SqlCatalog(ITableStorage storage, string warehouse, string databaseFile, string name = "lake")
    {
        (Storage, _warehouse, _name) = (storage, warehouse.TrimEnd('/'), name);
        _database = new SqlCatalogDatabase(databaseFile);
        Namespaces = new SqlNamespaces(_database, name);
    }

    public ITableStorage Storage { get; }

    /// <summary>The namespaces and their properties.</summary>
    public SqlNamespaces Namespaces { get; }

    public string DefaultLocation(TableName name) => $"{_warehouse}/{name.Namespace.Replace('.', '/')}/{name.Name}";

    public async Task<TableVersion?> LoadAsync(TableName name, CancellationToken cancellation)
    {
        var location = await LocationAsync(name, cancellation);
        while (location is not null)
        {
            try
            {
                return new TableVersion(await MetadataFiles.ReadAsync(Storage, location, cancellation), location);
            }
            catch (FileNotFoundException e)
            {
                // A commit that clears older files away may have come in between; without one, the file is lost.
                var now = await LocationAsync(name, cancellation);
                if (now == location) throw await DamagedAsync(name, location, $"{location} is gone", e, cancellation);
                location = now;
            }
            catch (LakeFormatException e)
            {
                throw await DamagedAsync(name, location, e.Message, e, cancellation);
            }
        }
        return null;
    }

    public async Task<TableVersion?> TryCreateAsync(TableName name, TableMetadata metadata, CancellationToken cancellation)
    {
        if (await LocationAsync(name, cancellation) is not null) return null;
        return await SwapAsync(metadata, 0, (session, file) =>
        {
            SqlNamespaces.Ensure(session, _name, name.Namespace);
            return session.Execute(
                "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, metadata_location, previous_metadata_location, iceberg_type) VALUES ($1, $2, $3, $4, NULL, 'TABLE') ON CONFLICT DO NOTHING",
                _name, name.Namespace, name.Name, file);
        }, cancellation);
    }

    public async Task<TableVersion?> TryReplaceAsync(TableName name, TableVersion current, TableMetadata next, CancellationToken cancellation)
    {
        var swapped = await SwapAsync(next, NumberOf(current.Location) + 1, (session, file) => session.Execute(
            $"UPDATE iceberg_tables SET metadata_location = $4, previous_metadata_location = $5 WHERE {OneTable} AND metadata_location = $5",
            _name, name.Namespace, name.Name, file, current.Location), cancellation);
        if (swapped is not null) await MetadataFiles.ClearAsync(Storage, current.Metadata, next);
        return swapped;
    }

    public Task<bool> DropAsync(TableName name, CancellationToken cancellation) =>
        _database.WriteAsync(session => session.Execute($"DELETE FROM iceberg_tables WHERE {OneTable}", _name, name.Namespace, name.Name) > 0, cancellation);

    public Task<bool> TryDropAsync(TableName name, TableVersion current, CancellationToken cancellation) =>
        _database.WriteAsync(session => session.Execute($"DELETE FROM iceberg_tables WHERE {OneTable} AND metadata_location = $4", _name, name.Namespace, name.Name, current.Location) > 0, cancellation);

    /// <summary>Gives a table another name; its files stay where they are. Whether there was one.</summary>
    /// <exception cref="CatalogException">There is a table or view of the new name.</exception>
    public Task<bool> RenameAsync(TableName from, TableName to, CancellationToken cancellation) => _database.WriteAsync(session =>
    {
        if (session.Query($"SELECT 1 FROM iceberg_tables WHERE {OneTable}", _name, from.Namespace, from.Name).Count == 0) return false;
        if (session.Query("SELECT 1 FROM iceberg_tables WHERE catalog_name = $1 AND table_namespace = $2 AND table_name = $3", _name, to.Namespace, to.Name).Count > 0)
        {
            throw new CatalogException($"new name of {from} is '{to}'; the catalog has a table or view of that name");
        }
        SqlNamespaces.Ensure(session, _name, to.Namespace);
        return session.Execute($"UPDATE iceberg_tables SET table_namespace = $4, table_name = $5 WHERE {OneTable}", _name, from.Namespace, from.Name, to.Namespace, to.Name) > 0;
    }, cancellation);

    public async Task<IReadOnlyList<TableName>> ListAsync(CancellationToken cancellation)
    {
        var rows = await _database.ReadAsync(session => session.Query("SELECT table_namespace || '.' || table_name FROM iceberg_tables WHERE catalog_name = $1 AND (iceberg_type IS NULL OR iceberg_type = 'TABLE')", _name), cancellation);
        // Other engines may have tables that cannot be named here.
        return [.. rows.Select(r => r[0]!).Where(n => TableName.TryParse(n, out _)).Order(StringComparer.Ordinal).Select(TableName.Parse)];
    }

    public void Dispose() => _database.Dispose();

    private async Task<string?> LocationAsync(TableName name, CancellationToken cancellation)
    {
        var rows = await _database.ReadAsync(session => session.Query($"SELECT metadata_location FROM iceberg_tables WHERE {OneTable}", _name, name.Namespace, name.Name), cancellation);
        return rows.Count == 0 ? null : rows[0][0] ?? throw new LakeFormatException($"table {name} has no metadata_location in the catalog; it must have one");
    }

    private async Task<LakeFormatException> DamagedAsync(TableName name, string location, string what, Exception e, CancellationToken cancellation)
    {
        var rows = await _database.ReadAsync(session => session.Query($"SELECT previous_metadata_location FROM iceberg_tables WHERE {OneTable}", _name, name.Namespace, name.Name), cancellation);
        var before = rows.Count == 0 ? null : rows[0][0];
        var way = before is not null && await Storage.ExistsAsync(before, cancellation)
            ? $", or, to go on without what was committed last, set metadata_location of the table in iceberg_tables to {before}"
            : "; lake drop TABLE --yes forgets the table";
        return new LakeFormatException($"{what}, and the catalog names it as the metadata file of table {name}: bring it back from a copy{way}", e) { Location = location };
    }

    // Writes the metadata, then lets the row say so. Only the row's "no", or a failure that came before the row was asked, lets the file be deleted.
    private async Task<TableVersion?> SwapAsync(TableMetadata metadata, int number, Func<SqlCatalogSession, string, int> swap, CancellationToken cancellation)
    {
        MetadataCodec.Check(metadata);
        var isGzip = MetadataCodec.IsGzip(metadata);
        var file = string.Create(CultureInfo.InvariantCulture, $"{metadata.MetadataFolder}/{number:D5}-{Guid.NewGuid():D}{MetadataCodec.Ending(isGzip)}");
        try
        {
            await Storage.WriteAsync(file, MetadataCodec.Write(metadata, isGzip), cancellation);
        }
        catch (IOException e)
        {
            await UnusedFiles.DeleteAsync(Storage, [file]);
            throw new CommitNotMadeException(e.Message, e);
        }
        int rows;
        try
        {
            rows = await _database.WriteAsync(session => swap(session, file), cancellation);
        }
        catch (CommitNotMadeException)
        {
            await UnusedFiles.DeleteAsync(Storage, [file]);
            throw;
        }
        if (rows > 0) return new TableVersion(metadata, file);
        await UnusedFiles.DeleteAsync(Storage, [file]);
        return null;
    }

    private static int NumberOf(string location)
    {
        var match = FileNumber().Match(location);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }

    [GeneratedRegex(@"/v?(\d+)[^/]*\.metadata\.json(?:\.gz)?$", RegexOptions.CultureInvariant)]
    private static partial Regex FileNumber();
}
