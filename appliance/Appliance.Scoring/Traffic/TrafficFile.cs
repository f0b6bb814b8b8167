using Microsoft.Extensions.Logging;

namespace Appliance.Scoring.Traffic;

/// <summary>Keeps how requests are split across restarts. Not thread-safe.</summary>
/// <param name="folder">Where the file lies; empty keeps nothing.</param>
internal sealed class TrafficFile(string folder, ILogger logger)
{
    public const string FileName = "traffic.json";

    private readonly CheckedFile? _file = folder.Length == 0 ? null : new CheckedFile(Path.Combine(folder, FileName), logger);

    /// <summary>The settings by model.</summary>
    public Dictionary<string, TrafficSetting> Read()
    {
        // The file's existence comes first: an appliance that never split anything makes nothing of this.
        if (_file?.Read() is not { } content) return new(StringComparer.Ordinal);
        var settings = TrafficCodec.Read(content);
        foreach (var model in settings.Keys.ToArray())
        {
            if (!BucketMap.IsWhole(settings[model].Arms)) settings.Remove(model);
        }
        return settings;
    }

    /// <summary>On the disk when it returns.</summary>
    /// <exception cref="IOException">The file could not be written.</exception>
    public void Write(Dictionary<string, TrafficSetting> settings) =>
        _file?.Write(TrafficCodec.Write(settings));
}
