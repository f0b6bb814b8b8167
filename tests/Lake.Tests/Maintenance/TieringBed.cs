using Lake.Commit;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Maintenance;

/// <summary>A table of days with three tiers, on a clock that stands at the first of January 2025 and a storage whose calls may fail.</summary>
internal sealed class TieringBed : IDisposable
{
    private const int NewYear = 20_089;

    public static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "day", PrimitiveType.Date)]);

    public static readonly PartitionSpec ByDay = new(0, [new PartitionField(2, 1000, "at_day", Transform.Day)]);

    /// <param name="place">Where it is, the bed's from then on; null for a folder of the local disk.</param>
    public TieringBed(TablePlace? place = null)
    {
        place ??= new LocalPlace();
        Lake = new LakeBed(place, Storage = new FaultyStorage(place.Storage), $"{place.Root}/lake");
        Options = new TieringOptions
        {
            Tiers =
            [
                new TierOptions { Name = "hot", PricePerGiBMonth = 100 },
                new TierOptions { Name = "warm", Location = $"{Lake.Folder}/warm", MinAge = TimeSpan.FromDays(7), Codec = "zstd", Level = 19, PricePerGiBMonth = 10 },
                new TierOptions { Name = "cold", Location = $"{Lake.Folder}/cold/", MinAge = TimeSpan.FromDays(30), Codec = "gzip", Level = 9, PricePerGiBMonth = 1 },
            ],
        };
    }

    public FaultyStorage Storage { get; }

    public LakeBed Lake { get; }

    public TieringOptions Options { get; }

    public Task<Table> CreateAsync(PartitionSpec? spec = null, string name = "shop.orders") =>
        Lake.CreateAsync(Schema, spec, new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0" }, name);

    /// <summary>Adds a commit of rows; each has an id and the days before the first of January 2025, or none.</summary>
    public static Task<Table> AppendAsync(Table table, params (long Id, int? DaysAgo)[] rows) =>
        table.AppendAsync([LakeBed.Rows(Schema.Fields, [.. rows.Select(r => new object?[] { r.Id, r.DaysAgo is { } ago ? NewYear - ago : null })])], LakeBed.Cancellation);

    public Task<TieringReport> RunAsync(Table table, IProgress<MaintenanceProgress>? progress = null) => new Tiering(table, Options, Lake.Clock).RunAsync(progress, LakeBed.Cancellation);

    /// <summary>Ids of the rows in the order of a scan that goes by files in the order of their first id, by tier.</summary>
    public async Task<string> PlacesAsync(Table table)
    {
        var scan = TableScan.Of(table, new ScanRequest());
        var places = new List<(string Tier, List<long> Ids)>();
        foreach (var task in (await scan.PlanAsync(LakeBed.Cancellation)).Tasks)
        {
            var ids = new List<long>();
            await foreach (var batch in scan.ReadAsync(task, LakeBed.Cancellation))
            {
                using (batch) ids.AddRange(((Apache.Arrow.Int64Array)batch.Column(0)).Values.ToArray());
            }
            places.Add((TierOf(task.File.Path), ids));
        }
        return string.Join(' ', places.OrderBy(p => p.Ids[0]).Select(p => $"{p.Tier}:{string.Join(',', p.Ids)}"));
    }

    public string TierOf(string path) => path.StartsWith($"{Lake.Folder}/warm/", StringComparison.Ordinal) ? "warm" : path.StartsWith($"{Lake.Folder}/cold/", StringComparison.Ordinal) ? "cold" : "hot";

    public void Dispose() => Lake.Dispose();
}
