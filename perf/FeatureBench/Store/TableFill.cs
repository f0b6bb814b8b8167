using Appliance.Features.Store;

namespace FeatureBench.Store;

/// <summary>Opens a table and fills it with rows.</summary>
internal static class TableFill
{
    public static FasterTable Open(string folder, long memoryBytes, int pageBytes = 4 << 20) =>
        FasterTable.Open(new StoreOptions { Folder = folder, MemoryBytes = memoryBytes, PageBytes = pageBytes }, TimeProvider.System).Table;

    public static void Fill(FasterTable table, long keys, long now)
    {
        Span<byte> key = stackalloc byte[FeatureKeys.Bytes];
        for (long id = 0; id < keys; id++)
        {
            FeatureKeys.Write(key, id);
            var row = Row.Of(id);
            var status = table.Writer.Upsert(key, 1, now, now, row.AsBytes());
            if (status != StoreStatus.Applied) throw new InvalidOperationException($"row {id} ended as {status}: {table.Condition.Reason}");
        }
    }
}
