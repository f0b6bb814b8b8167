using System.Globalization;
using Compare.Machine;
using Compare.Servers;

namespace Compare.Features;

/// <summary>What the rows share: a features folder with a million entities, made once, the model, and servers on them. Its files are gone at the end.</summary>
internal sealed class FeatureWorkload(FeatureTableOptions options) : IDisposable
{
    private readonly string _folder = Path.GetFullPath(Path.Combine(options.Work, "filled"));
    private readonly string _events = Path.GetFullPath(Path.Combine(options.Work, "events"));
    private string? _models;
    private bool _filled;

    /// <summary>An appliance with the model and all entities.</summary>
    public Task<ServerProcess> StartFilledAsync()
    {
        if (!_filled)
        {
            var definitions = Definitions();
            Delete(_folder);
            CommandLine.Run(options.Bench, ["folder", "--definitions", definitions, "--folder", _folder, "--view", FeatureDefinitionsText.View,
                "--rows", options.Entities.ToString(CultureInfo.InvariantCulture)]);
            _filled = true;
        }
        return StartAsync(_folder);
    }

    /// <summary>An appliance with the sample definitions and no event yet.</summary>
    public Task<ServerProcess> StartForEventsAsync()
    {
        // The model's service is there as well, or the appliance would not be ready.
        var definitions = Definitions();
        foreach (var file in Directory.GetFiles(options.Samples, "*.json")) File.Copy(file, Path.Combine(definitions, "samples-" + Path.GetFileName(file)), overwrite: true);
        Delete(_events);
        CommandLine.Run(options.Bench, ["folder", "--definitions", definitions, "--folder", _events]);
        return StartAsync(_events);
    }

    public Task<ServerProcess> StartFloorAsync(int replyBytes) => ServerProcess.StartFloorAsync(
        options.Floor, ServerProcess.OwnTransport, options.Work, "--reply-bytes", replyBytes.ToString(CultureInfo.InvariantCulture));

    public Task<ServerProcess> StartRedisAsync() => ServerProcess.StartRedisAsync(options.Redis, options.Work);

    /// <summary>Writes a request's bytes to a file of the work folder and returns its path.</summary>
    public string Write(string name, byte[] bytes)
    {
        var path = Path.GetFullPath(Path.Combine(options.Work, name));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose()
    {
        Delete(_folder);
        Delete(_events);
    }

    private Task<ServerProcess> StartAsync(string features)
    {
        _models ??= FeatureModelFolder.Create(Path.Combine(options.Work, "models"));
        return ServerProcess.StartApplianceAsync(options.Appliance, _models, options.Work, "--features-folder", features);
    }

    private string Definitions()
    {
        var path = Path.Combine(options.Work, "definitions");
        Delete(path);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "subjects.json"), FeatureDefinitionsText.Json());
        return path;
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
