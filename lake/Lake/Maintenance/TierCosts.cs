using Lake.Catalog;
using Lake.Manifests;
using Lake.Scan;

namespace Lake.Maintenance;

/// <summary>Works out what tables cost by tier. Thread-safe, stateless.</summary>
public static class TierCosts
{
    private const decimal GiB = 1L << 30;

    /// <summary>A line a table and tier, empty ones among them, by table and in the order of the tiers.</summary>
    /// <param name="catalog">The tables' catalog.</param>
    /// <param name="options">Tiers with their prices.</param>
    /// <param name="clock">For loading tables.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ArgumentException">A setting is wrong.</exception>
    public static async Task<IReadOnlyList<TierCost>> OfAsync(ICatalog catalog, TieringOptions options, TimeProvider clock, CancellationToken cancellation)
    {
        var costs = new List<TierCost>();
        foreach (var name in await catalog.ListAsync(cancellation))
        {
            if (await Table.LoadAsync(catalog, name, clock, cancellation) is { } table) costs.AddRange(await OfAsync(table, options, cancellation));
        }
        return costs;
    }

    /// <inheritdoc cref="OfAsync(ICatalog, TieringOptions, TimeProvider, CancellationToken)"/>
    /// <exception cref="LakeFormatException">A file that tells what a snapshot has is damaged or gone; the message says what to do.</exception>
    public static Task<IReadOnlyList<TierCost>> OfAsync(Table table, TieringOptions options, CancellationToken cancellation) => Damage.ToldAsync(table, () => ReadAsync(table, options, cancellation), cancellation);

    private static async Task<IReadOnlyList<TierCost>> ReadAsync(Table table, TieringOptions options, CancellationToken cancellation)
    {
        if (TieringOptionsValidator.Check(options) is { Count: > 0 } errors) throw new ArgumentException(string.Join("; ", errors), nameof(options));
        var folders = new TierFolders(table, options);
        var metadata = table.Metadata;
        var manifests = await new TableFiles(table.Storage, metadata, null).ManifestsAsync(metadata.Snapshots, cancellation);
        var current = metadata.CurrentSnapshot is { } head ? (await ManifestFiles.ListAsync(table.Storage, metadata, head, cancellation)).Select(m => m.Path).ToHashSet(StringComparer.Ordinal) : [];
        var sizes = new Dictionary<string, (long Bytes, bool IsCurrent)>(StringComparer.Ordinal);
        foreach (var manifest in manifests.Values)
        {
            foreach (var entry in await ManifestFiles.EntriesAsync(table.Storage, metadata, manifest, cancellation))
            {
                if (entry.IsAlive) sizes[entry.File.Path] = (entry.File.FileSizeInBytes, current.Contains(manifest.Path) || (sizes.TryGetValue(entry.File.Path, out var known) && known.IsCurrent));
            }
        }
        var byTier = sizes.ToLookup(s => folders.TierOf(s.Key), s => s.Value);
        return
        [
            .. options.Tiers.Select((tier, i) => new TierCost(
                table.Name, tier.Name, byTier[i].LongCount(), byTier[i].Sum(f => f.Bytes), byTier[i].LongCount(f => f.IsCurrent), byTier[i].Where(f => f.IsCurrent).Sum(f => f.Bytes),
                byTier[i].Sum(f => f.Bytes) / GiB * tier.PricePerGiBMonth)),
        ];
    }
}
