using System.Runtime.CompilerServices;
using Lake.Catalog;
using Lake.Expressions;
using Lake.Scan;
using Lake.Storage;
using Lake.Write;

namespace Lake.Objects;

/// <summary>
/// Files of any kind, each stored once under the SHA-256 of its bytes, with a table that says what they are; rows of other tables name them by that hash. Putting the same bytes again gives the
/// same object. Thread-safe, and safe beside other processes.
/// </summary>
public sealed class ObjectStore
{
    private readonly ICatalog _catalog;
    private readonly TableName _name;
    private readonly string _location;
    private readonly TimeProvider _clock;
    private readonly ObjectFiles _files;

    private ObjectStore(ICatalog catalog, TableName name, string location, TimeProvider clock) =>
        (_catalog, _name, _location, _clock, _files) = (catalog, name, location, clock, new ObjectFiles(catalog.Storage, location));

    internal ICatalog Catalog => _catalog;

    internal ObjectFiles Files => _files;

    internal TimeProvider Clock => _clock;

    /// <summary>Opens a store, or makes it.</summary>
    /// <param name="catalog">The catalog of its table; its storage has the files.</param>
    /// <param name="table">Its table.</param>
    /// <param name="location">Folder or prefix of the files, in no table's folder.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="cancellation">Ends the wait for the storage.</param>
    /// <exception cref="ArgumentException">The table is another store's or none, or the location is below the table's.</exception>
    public static async Task<ObjectStore> OpenAsync(ICatalog catalog, TableName table, string location, TimeProvider clock, CancellationToken cancellation)
    {
        await ObjectTable.OpenAsync(catalog, table, location.TrimEnd('/'), clock, cancellation);
        return new ObjectStore(catalog, table, location.TrimEnd('/'), clock);
    }

    /// <summary>Stores what a stream has to its end. Of an object that is there, name, origin and tags stay as they are, and a mark of a collection goes.</summary>
    /// <param name="content">The bytes; read once.</param>
    /// <param name="label">What is said of it.</param>
    /// <param name="cancellation">Ends it; what was written by then is in no one's way.</param>
    public async Task<StoredObject> PutAsync(Stream content, ObjectLabel label, CancellationToken cancellation) => (await PutAllAsync([(content, label)], cancellation))[0];

    /// <summary>Stores several in one commit of the table.</summary>
    /// <inheritdoc cref="PutAsync"/>
    public async Task<IReadOnlyList<StoredObject>> PutAllAsync(IEnumerable<(Stream Content, ObjectLabel Label)> contents, CancellationToken cancellation)
    {
        var put = new List<StoredObject>();
        foreach (var (content, label) in contents)
        {
            var (hash, size, head) = await _files.PutAsync(content, cancellation);
            put.Add(new StoredObject(hash, ObjectType.Of(head, label.Name), size, label.Name, label.Origin, label.Tags, _clock.GetUtcNow(), null));
        }
        if (put.Count == 0) return put;
        var table = await TableAsync(cancellation);
        var known = new Dictionary<ObjectHash, StoredObject>();
        await foreach (var item in ReadAsync(table, Filter.In("hash", [.. put.Select(p => p.Hash).Distinct().Select(h => (object)h.ToString())]), cancellation)) known[item.Hash] = item;
        // New ones, and those that a collection would soon take.
        var changed = put.DistinctBy(p => p.Hash).Where(p => !known.TryGetValue(p.Hash, out var old) || old.UnreferencedSince is not null)
            .Select(p => known.TryGetValue(p.Hash, out var old) ? old with { UnreferencedSince = null } : p).ToList();
        if (changed.Count > 0) await table.UpsertAsync([ObjectTable.Rows(table.Schema, changed)], ["hash"], null, cancellation);
        var now = changed.ToDictionary(c => c.Hash);
        return [.. put.Select(p => now.TryGetValue(p.Hash, out var fresh) ? fresh : known[p.Hash])];
    }

    /// <summary>The content of an object, once its bytes were seen to have the hash. The caller disposes it.</summary>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    /// <exception cref="LakeFormatException">Its bytes were changed since it was put.</exception>
    public Task<Stream> GetAsync(ObjectHash hash, CancellationToken cancellation) => _files.OpenAsync(hash, cancellation);

    /// <summary>What is known of an object; null where there is none.</summary>
    public async Task<StoredObject?> FindAsync(ObjectHash hash, CancellationToken cancellation)
    {
        await foreach (var item in ReadAsync(await TableAsync(cancellation), Filter.Equal("hash", hash.ToString()), cancellation)) return item;
        return null;
    }

    /// <summary>Objects that a filter of the table's columns matches and that have all of some tags.</summary>
    /// <param name="filter">Over <c>hash, type, size, name, origin, added_at, unreferenced_since</c>.</param>
    /// <param name="tags">Tags with their values; null for any.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async IAsyncEnumerable<StoredObject> ListAsync(Filter filter, IReadOnlyDictionary<string, string>? tags, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in ReadAsync(await TableAsync(cancellation), filter, cancellation))
        {
            if (tags is null || tags.All(t => item.Tags.TryGetValue(t.Key, out var value) && value == t.Value)) yield return item;
        }
    }

    /// <summary>Gives an object other tags; false where there is none.</summary>
    public async Task<bool> TagAsync(ObjectHash hash, IReadOnlyDictionary<string, string> tags, CancellationToken cancellation)
    {
        if (await FindAsync(hash, cancellation) is not { } known) return false;
        var table = await TableAsync(cancellation);
        await table.UpsertAsync([ObjectTable.Rows(table.Schema, [known with { Tags = tags }])], ["hash"], null, cancellation);
        return true;
    }

    internal Task<Table> TableAsync(CancellationToken cancellation) => ObjectTable.OpenAsync(_catalog, _name, _location, _clock, cancellation);

    internal static async IAsyncEnumerable<StoredObject> ReadAsync(Table table, Filter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in TableScan.Of(table, new ScanRequest { Filter = filter }).ReadAsync(cancellation))
        {
            using (batch)
            {
                foreach (var item in ObjectTable.Read(batch)) yield return item;
            }
        }
    }
}
