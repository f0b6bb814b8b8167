namespace Lake.Catalog;

/// <summary>Namespaces of a <see cref="SqlCatalog"/>: dotted names with properties. A namespace is there while it has a property or a table. Thread-safe.</summary>
public sealed class SqlNamespaces
{
    /// <summary>The property that a namespace without others has, as in the reference implementation.</summary>
    private const string Exists = "exists";

    private const string HasTables = "SELECT 1 FROM iceberg_tables WHERE catalog_name = $1 AND table_namespace = $2 LIMIT 1";
    private const string HasProperties = "SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = $1 AND namespace = $2 LIMIT 1";

    private readonly SqlCatalogDatabase _database;
    private readonly string _catalog;

    internal SqlNamespaces(SqlCatalogDatabase database, string catalog) => (_database, _catalog) = (database, catalog);

    /// <summary>All namespaces, by name.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation)
    {
        var rows = await _database.ReadAsync(session => session.Query("SELECT table_namespace FROM iceberg_tables WHERE catalog_name = $1 UNION SELECT namespace FROM iceberg_namespace_properties WHERE catalog_name = $1", _catalog), cancellation);
        return [.. rows.Select(r => r[0]!).Order(StringComparer.Ordinal)];
    }

    /// <summary>The properties of a namespace; null where there is none of that name.</summary>
    public Task<IReadOnlyDictionary<string, string>?> LoadAsync(string name, CancellationToken cancellation) => _database.ReadAsync(session =>
    {
        if (!IsThere(session, name)) return null;
        var rows = session.Query("SELECT property_key, property_value FROM iceberg_namespace_properties WHERE catalog_name = $1 AND namespace = $2", _catalog, name);
        return (IReadOnlyDictionary<string, string>?)rows.Where(r => r[0] != Exists).ToDictionary(r => r[0]!, r => r[1] ?? "", StringComparer.Ordinal);
    }, cancellation);

    /// <summary>Makes a namespace; false where there is one of that name.</summary>
    /// <exception cref="CatalogException">The name is none.</exception>
    public Task<bool> CreateAsync(string name, IReadOnlyDictionary<string, string> properties, CancellationToken cancellation)
    {
        if (!TableName.TryParse($"{name}.t", out _)) throw new CatalogException($"namespace is '{name}'; it must be one or more parts of 1 to 128 letters, digits, _ and -, joined by dots");
        return _database.WriteAsync(session =>
        {
            if (IsThere(session, name)) return false;
            Ensure(session, _catalog, name);
            foreach (var (key, value) in properties) Put(session, name, key, value);
            return true;
        }, cancellation);
    }

    /// <summary>Sets and removes properties; false where there is no namespace of that name.</summary>
    public Task<bool> UpdateAsync(string name, IReadOnlyDictionary<string, string> set, IReadOnlyCollection<string> removed, CancellationToken cancellation) => _database.WriteAsync(session =>
    {
        if (!IsThere(session, name)) return false;
        Ensure(session, _catalog, name);
        foreach (var (key, value) in set) Put(session, name, key, value);
        foreach (var key in removed.Where(k => k != Exists)) session.Execute("DELETE FROM iceberg_namespace_properties WHERE catalog_name = $1 AND namespace = $2 AND property_key = $3", _catalog, name, key);
        return true;
    }, cancellation);

    /// <summary>Forgets a namespace; false where there is none of that name.</summary>
    /// <exception cref="CatalogException">It has tables.</exception>
    public Task<bool> DropAsync(string name, CancellationToken cancellation) => _database.WriteAsync(session =>
    {
        if (session.Query(HasTables, _catalog, name).Count > 0) throw new CatalogException($"namespace is '{name}'; it has tables, and only an empty one can be dropped");
        return session.Execute("DELETE FROM iceberg_namespace_properties WHERE catalog_name = $1 AND namespace = $2", _catalog, name) > 0;
    }, cancellation);

    /// <summary>Makes a namespace where there is none, within another change.</summary>
    internal static void Ensure(SqlCatalogSession session, string catalog, string name) => session.Execute(
        "INSERT INTO iceberg_namespace_properties (catalog_name, namespace, property_key, property_value) VALUES ($1, $2, $3, 'true') ON CONFLICT DO NOTHING", catalog, name, Exists);

    private bool IsThere(SqlCatalogSession session, string name) => session.Query(HasProperties, _catalog, name).Count > 0 || session.Query(HasTables, _catalog, name).Count > 0;

    private void Put(SqlCatalogSession session, string name, string key, string value) => session.Execute(
        """
        INSERT INTO iceberg_namespace_properties (catalog_name, namespace, property_key, property_value) VALUES ($1, $2, $3, $4)
        ON CONFLICT (catalog_name, namespace, property_key) DO UPDATE SET property_value = excluded.property_value
        """,
        _catalog, name, key, value);
}
