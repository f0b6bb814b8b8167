using System.Globalization;

namespace Appliance.Features.Store;

/// <summary>The files of a store's folder: which there are, and which may go.</summary>
internal static class CheckpointFolder
{
    private const string CheckpointPrefix = "checkpoint.";
    private const string LogPrefix = "log.";
    private const string IndexPrefix = "index-";

    /// <summary>The checkpoints' numbers, newest first.</summary>
    public static List<long> Numbers(string folder)
    {
        var numbers = new List<long>();
        foreach (var path in Directory.EnumerateFiles(folder, CheckpointPrefix + "*"))
        {
            if (TryNumber(path, CheckpointPrefix, out var number)) numbers.Add(number);
        }
        numbers.Sort((left, right) => right.CompareTo(left));
        return numbers;
    }

    /// <summary>Removes older checkpoints than the kept ones, and the indexes and log segments that none of them needs.</summary>
    public static void Remove(StoreEngine engine, IReadOnlyList<CheckpointFile> kept)
    {
        foreach (var number in Numbers(engine.Folder).Where(number => number < kept[0].Number))
        {
            engine.Device.Delete(CheckpointFile.PathOf(engine.Folder, number));
        }
        var begin = kept.Min(file => file.Begin) >> engine.Geometry.SegmentBits;
        foreach (var path in Directory.EnumerateFiles(engine.Folder, LogPrefix + "*"))
        {
            if (TryNumber(path, LogPrefix, out var segment) && segment < begin) engine.Log.Delete((int)segment);
        }
        foreach (var path in Directory.EnumerateFiles(engine.Folder, IndexPrefix + "*"))
        {
            if (!kept.Any(file => path.StartsWith(CheckpointMetadata.IndexPath(engine.Folder, file.Index.Token), StringComparison.Ordinal))) engine.Device.Delete(path);
        }
    }

    /// <summary>Removes all of a store's files.</summary>
    public static void Clear(string folder, IStoreDevice device)
    {
        foreach (var prefix in (string[])[CheckpointPrefix, LogPrefix, IndexPrefix])
        {
            foreach (var path in Directory.EnumerateFiles(folder, prefix + "*")) device.Delete(path);
        }
        device.SyncFolder(folder);
    }

    /// <summary>Removes log segments behind the end that was recovered: they hold what no checkpoint has.</summary>
    public static void Trim(string folder, IStoreDevice device, int lastSegment)
    {
        foreach (var path in Directory.EnumerateFiles(folder, LogPrefix + "*"))
        {
            if (TryNumber(path, LogPrefix, out var segment) && segment > lastSegment) device.Delete(path);
        }
    }

    private static bool TryNumber(string path, string prefix, out long number) =>
        long.TryParse(Path.GetFileName(path)[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
