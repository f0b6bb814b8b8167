using Appliance.Features;
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using Appliance.Features.Store;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Values;
using Microsoft.Extensions.Logging.Abstractions;

namespace FeatureBench.Folders;

/// <summary>
/// The verb that makes a features folder an appliance can be started on: definitions applied, a view filled and checkpointed. It writes to the store
/// without the journal, which a million rows would only pass through.
/// </summary>
internal static class FolderVerb
{
    public static int Run(string definitions, string folder)
    {
        Apply(definitions, folder);
        return 0;
    }

    public static int Run(string definitions, string folder, string view, long rows)
    {
        Apply(definitions, folder);
        var options = new FeatureOptions { Folder = folder };
        var platform = FeaturePlatform.Open(
            new FeaturePlatformOptions(options, new StoreOptions(), new JournalOptions(), new IngestOptions()), TimeProvider.System, NullLoggerFactory.Instance);
        try
        {
            if (!platform.Catalog.Current.TryFindView(view, out var served)) throw new ArgumentException($"--view is '{view}'; the definitions have no such view.");
            Fill(platform.Table.Writer, served, rows);
            if (!platform.Table.Writer.TryBeginCheckpoint(new StreamPositions().ToBytes(), out var checkpoint)) throw new InvalidOperationException("no checkpoint could begin");
            checkpoint.Completion.Wait();
        }
        finally
        {
            platform.DisposeAsync().AsTask().Wait();
        }
        return 0;
    }

    private static void Apply(string definitions, string folder)
    {
        var read = DefinitionFiles.ReadFolder(definitions);
        if (read.Errors.Count > 0) throw new ArgumentException(string.Join('\n', read.Errors));
        using var registry = FeatureRegistry.Open(Path.Combine(folder, "registry"), TimeProvider.System, FeatureRules.All);
        var result = registry.Apply(read.Definitions, ApplyMode.Merge, new RegistryRequest("perf", "to be measured"), []);
        if (!result.Succeeded) throw new ArgumentException($"{result.Message}: {string.Join('\n', result.Plan.Errors)}");
    }

    private static void Fill(StoreWriter writer, ServedView view, long rows)
    {
        var layout = view.Layouts[view.CurrentLayout].Layout;
        var values = new FeatureValue[view.Features.Count];
        var bytes = new byte[layout.FixedBytes];
        var key = new byte[EntityKey.ViewBytes + sizeof(long)];
        EntityKey.WriteView(key, view.Number);
        var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        for (long id = 0; id < rows; id++)
        {
            for (var i = 0; i < values.Length; i++) values[i] = FeatureValue.Of(VectorValues.Of(id, i));
            layout.Write(values, bytes);
            EntityKey.WriteNumber(key.AsSpan(EntityKey.ViewBytes), id);
            var status = writer.Upsert(key, view.CurrentLayout, now, now, bytes);
            if (status != StoreStatus.Applied) throw new InvalidOperationException($"row {id} ended as {status}");
        }
    }
}
