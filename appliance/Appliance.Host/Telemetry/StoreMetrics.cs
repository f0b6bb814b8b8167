using Appliance.Features.Store;

namespace Appliance.Host.Telemetry;

/// <summary>The families about the online store.</summary>
internal static class StoreMetrics
{
    public static void Write(PrometheusWriter page, FasterTable table, long memoryLimit)
    {
        page.One(FeatureMetricCatalog.StoreRows, table.Rows);
        page.Begin(FeatureMetricCatalog.StoreLogBytes);
        page.Sample(table.LogMemoryBytes, "memory");
        page.Sample(table.LogDiskBytes, "disk");
        page.One(FeatureMetricCatalog.StoreMemory, table.MemoryBytes);
        page.One(FeatureMetricCatalog.StoreMemoryLimit, memoryLimit);
        page.Begin(FeatureMetricCatalog.StoreLookups);
        page.Sample(table.MemoryHits, "memory");
        page.Sample(table.DiskHits, "disk");
        page.Sample(table.Misses, "nowhere");
        page.One(FeatureMetricCatalog.StoreCompactions, table.Maintenance.Passes);
        page.One(FeatureMetricCatalog.StoreExpired, table.Maintenance.ExpiredRows);
        page.Begin(FeatureMetricCatalog.StoreDiskState);
        var state = StateOf(table.Condition);
        foreach (var word in (ReadOnlySpan<string>)["ok", "full", "failed", "condemned"]) page.Sample(word == state ? 1 : 0, word);
    }

    private static string StateOf(StoreCondition condition) => condition switch
    {
        { Status: StoreStatus.Applied } => "ok",
        { Permanent: true } => "condemned",
        { Status: StoreStatus.DiskFull } => "full",
        _ => "failed",
    };
}
