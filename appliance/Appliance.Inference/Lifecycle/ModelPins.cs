using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Appliance.Inference.Lifecycle;

/// <summary>Which versions are pinned, kept in a file so that a restart does not undo a rollback. Thread-safe.</summary>
public sealed partial class ModelPins
{
    private const string FileName = "pins.json";

    // Guards _pins and the file.
    private readonly Lock _gate = new();
    private readonly string? _path;
    private Dictionary<string, long> _pins = [];

    /// <param name="folder">Where the file lies; empty keeps pins in memory alone.</param>
    public ModelPins(string folder, ILogger<ModelPins> logger)
    {
        if (folder.Length == 0) return;
        _path = Path.Combine(folder, FileName);
        if (!File.Exists(_path)) return;
        try
        {
            _pins = JsonSerializer.Deserialize(File.ReadAllBytes(_path), PinsJsonContext.Default.DictionaryStringInt64) ?? [];
        }
        catch (JsonException e)
        {
            Log.Unreadable(logger, FileName, e.Message);
        }
    }

    /// <summary>The pinned version of a model; 0 for none.</summary>
    public long Get(string model)
    {
        lock (_gate) return _pins.GetValueOrDefault(model);
    }

    /// <summary>Pins a version, or with 0 unpins the model. On disk when it returns.</summary>
    /// <exception cref="IOException">It could not be written; nothing has changed.</exception>
    public void Set(string model, long version)
    {
        lock (_gate)
        {
            var pins = new Dictionary<string, long>(_pins);
            if (version == 0) pins.Remove(model);
            else pins[model] = version;
            if (_path is not null) Write(_path, pins);
            _pins = pins;
        }
    }

    private static void Write(string path, Dictionary<string, long> pins)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, pins, PinsJsonContext.Default.DictionaryStringInt64);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.PinsUnreadable, LogLevel.Error, "{File} is damaged and is not used; no version is pinned: {Reason}")]
        public static partial void Unreadable(ILogger logger, string file, string reason);
    }

    [JsonSerializable(typeof(Dictionary<string, long>))]
    private sealed partial class PinsJsonContext : JsonSerializerContext;
}
