using Apache.Arrow;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Write;

namespace Lake.Objects;

/// <summary>
/// Takes away objects that no row names any more, and lists rows that name what is not there. An object goes only when it was found unnamed at two collections that are an age apart, and was not
/// named or put again in between. Rows count at the head of each branch and at each tag. Stateless beside its store.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="references">All columns that name its objects.</param>
public sealed class ObjectCollection(ObjectStore store, IReadOnlyList<ObjectReference> references)
{
    /// <summary>The least age: as of orphan files of tables, so that a put whose rows are on their way keeps its object.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromHours(1);

    /// <summary>Marks objects that are not named, unmarks those that are again, and removes those that were marked long enough.</summary>
    /// <param name="age">Time from being found unnamed to going, 1 hour or more.</param>
    /// <param name="cancellation">Ends it; the next one goes on.</param>
    /// <exception cref="ArgumentException">The age is below 1 hour, or there are no references.</exception>
    /// <exception cref="LakeFormatException">A table or column of the references is not there: nothing is removed.</exception>
    public async Task<CollectionReport> RunAsync(TimeSpan age, CancellationToken cancellation)
    {
        if (age < LeastAge) throw new ArgumentException($"age is {age}; it must be {LeastAge} or more, so that objects whose rows are on their way stay", nameof(age));
        if (references.Count == 0) throw new ArgumentException("there are no references; without one every object would go", nameof(references));
        var named = new HashSet<ObjectHash>();
        foreach (var reference in references)
        {
            await foreach (var text in TextsAsync(reference, everyHead: true, cancellation))
            {
                if (ObjectHash.TryParse(text, out var hash)) named.Add(hash);
            }
        }
        var now = store.Clock.GetUtcNow();
        var (objects, marked, kept, due) = (0L, 0L, 0L, 0L);
        var changed = new List<StoredObject>();
        var table = await store.TableAsync(cancellation);
        await foreach (var item in ObjectStore.ReadAsync(table, Filter.All, cancellation))
        {
            objects++;
            if (named.Contains(item.Hash) != item.UnreferencedSince is null)
            {
                changed.Add(item with { UnreferencedSince = item.UnreferencedSince is null ? now : null });
                if (item.UnreferencedSince is null) marked++;
                else kept++;
            }
            else if (item.UnreferencedSince <= now - age)
            {
                due++;
            }
        }
        if (changed.Count > 0) table = await table.UpsertAsync([ObjectTable.Rows(table.Schema, changed)], ["hash"], null, cancellation);
        // One that was put again since has no mark, and stays.
        if (due > 0) table = await table.DeleteAsync(Filter.LessOrEqual("unreferenced_since", now - age), null, cancellation);
        var known = new HashSet<ObjectHash>();
        await foreach (var item in ObjectStore.ReadAsync(table, Filter.All, cancellation)) known.Add(item.Hash);
        var (files, bytes) = await store.Files.CleanAsync(known, now - age, cancellation);
        return new CollectionReport(objects, marked, kept, due, files, bytes);
    }

    /// <summary>Texts of the columns, at the newest snapshots, that name no object, or one whose file is gone.</summary>
    public async Task<IReadOnlyList<DanglingReference>> DanglingAsync(CancellationToken cancellation)
    {
        var known = new HashSet<ObjectHash>();
        await foreach (var item in ObjectStore.ReadAsync(await store.TableAsync(cancellation), Filter.All, cancellation)) known.Add(item.Hash);
        var dangling = new List<DanglingReference>();
        foreach (var reference in references)
        {
            var rows = new Dictionary<string, long>(StringComparer.Ordinal);
            await foreach (var text in TextsAsync(reference, everyHead: false, cancellation)) rows[text] = rows.GetValueOrDefault(text) + 1;
            foreach (var (text, count) in rows.OrderBy(r => r.Key, StringComparer.Ordinal))
            {
                var reason = !ObjectHash.TryParse(text, out var hash) ? "it is no hash: 64 hexadecimal digits"
                    : !known.Contains(hash) ? "no object has the hash"
                    : !await store.Files.ExistsAsync(hash, cancellation) ? "the object's file is gone"
                    : null;
                if (reason is not null) dangling.Add(new DanglingReference(reference, text, count, reason));
            }
        }
        return dangling;
    }

    private async IAsyncEnumerable<string> TextsAsync(ObjectReference reference, bool everyHead, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var table = await Table.LoadAsync(store.Catalog, reference.Table, store.Clock, cancellation) ?? throw new LakeFormatException($"reference is to table {reference.Table}; there is none of that name");
        IEnumerable<string?> heads = everyHead ? [null, .. table.Metadata.Refs.Keys.Where(r => r != SnapshotRef.Main)] : [null];
        foreach (var head in heads)
        {
            var schema = head is null ? table.Schema : table.Metadata.SchemaOf(table.Metadata.FindSnapshot(table.Metadata.Refs[head].SnapshotId)!);
            if (schema.Find(reference.Column) is not { Type.Kind: Types.TypeKind.String } field || schema.Repeating(field.Id) is not null)
            {
                // An older snapshot may be from before the column.
                if (head is not null) continue;
                throw new LakeFormatException($"reference is to column '{reference.Column}' of table {reference.Table}; it must be a string column there, in no list or map");
            }
            var path = Keys.FieldPath.To(schema.Fields, field.Id)!;
            var scan = TableScan.Of(table, new ScanRequest { Reference = head, Columns = [schema.Fields[path[0]].Name], Filter = Filter.NotNull(reference.Column) });
            await foreach (var batch in scan.ReadAsync(cancellation))
            {
                using (batch)
                {
                    var texts = (StringArray)path[1..].Aggregate(batch.Column(0), (array, step) => ((StructArray)array).Fields[step]);
                    for (var row = 0; row < texts.Length; row++) yield return texts.GetString(row);
                }
            }
        }
    }
}
