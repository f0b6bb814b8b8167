using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Contracts;

namespace Trainer.Publish;

/// <summary>
/// Publishes versions into a model repository: everything is written and synced in a sibling folder whose name is no version, which is
/// renamed to the next free number as the last act. A reader sees a whole version or none, whatever crashes or races.
/// </summary>
internal sealed class ModelPublisher(string repository)
{
    public const string GraphFile = "model.onnx";
    private const string ConfigFile = "config.pbtxt";

    /// <summary>Starts with a dot, so that it is never taken for a version number.</summary>
    private const string StagingPrefix = ".publishing-";

    /// <summary>The highest version of a model; 0 where it has none.</summary>
    public long LatestVersion(string model)
    {
        var folder = Path.Combine(repository, model);
        return Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Select(VersionOf).DefaultIfEmpty(0).Max() : 0;
    }

    /// <summary>
    /// Whether a version's manifest names the feature service: one from before the pipeline named it cannot be scored by an entity's id. A manifest that
    /// cannot be read names none.
    /// </summary>
    /// <param name="service">Null for a pipeline without one, which any version serves.</param>
    public bool Reads(string model, long version, ManifestFeatureService? service)
    {
        if (service is null) return true;
        try
        {
            var json = File.ReadAllBytes(Path.Combine(repository, model, version.ToString(CultureInfo.InvariantCulture), ModelManifest.FileName));
            var named = JsonSerializer.Deserialize(json, ContractsJsonContext.Default.ModelManifest)?.FeatureService;
            return named is not null && named.Name == service.Name && named.Version == service.Version;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return false;
        }
    }

    /// <summary>Publishes a graph as the model's next version. The config is written only where the model has none.</summary>
    public PublishedVersion Publish(ModelManifest manifest, byte[] graph, string config)
    {
        var folder = Path.Combine(repository, manifest.Model);
        Directory.CreateDirectory(folder);
        var staging = Path.Combine(folder, StagingPrefix + Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(staging);
        try
        {
            WriteConfigIfAbsent(folder, config);
            DurableFiles.Write(Path.Combine(staging, GraphFile), graph);
            var checksum = Convert.ToHexStringLower(SHA256.HashData(graph));
            manifest.Files = [new ManifestFile { Path = GraphFile, Sha256 = checksum, Bytes = graph.Length }];
            while (true)
            {
                manifest.Version = LatestVersion(manifest.Model) + 1;
                DurableFiles.Write(Path.Combine(staging, ModelManifest.FileName),
                    JsonSerializer.SerializeToUtf8Bytes(manifest, ContractsJsonContext.Default.ModelManifest));
                DurableFiles.SyncFolder(staging);
                var target = Path.Combine(folder, manifest.Version.ToString(CultureInfo.InvariantCulture));
                if (!TryRename(staging, target)) continue;
                DurableFiles.SyncFolder(folder);
                DurableFiles.SyncFolder(repository);
                return new PublishedVersion(target, manifest.Version);
            }
        }
        finally
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>False where another publisher took the number first: a folder that is not empty is never replaced.</summary>
    private static bool TryRename(string staging, string target)
    {
        try
        {
            Directory.Move(staging, target);
            return true;
        }
        catch (IOException) when (Path.Exists(target))
        {
            return false;
        }
    }

    private static void WriteConfigIfAbsent(string folder, string config)
    {
        var target = Path.Combine(folder, ConfigFile);
        if (File.Exists(target)) return;
        var staged = Path.Combine(folder, StagingPrefix + Guid.NewGuid().ToString("n") + ".pbtxt");
        try
        {
            DurableFiles.Write(staged, Encoding.UTF8.GetBytes(config));
            File.Move(staged, target, overwrite: false);
        }
        catch (IOException) when (File.Exists(target))
        {
            // Another publisher wrote one first; it stands.
        }
        finally
        {
            File.Delete(staged);
        }
    }

    private static long VersionOf(string path)
    {
        var name = Path.GetFileName(path);
        return !name.StartsWith('0') && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }
}
