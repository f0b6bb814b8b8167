using Appliance.Inference.Lifecycle;

namespace TestKit;

/// <summary>A router that routes as it is told and remembers every change. Thread-safe.</summary>
public sealed class RecordingRouter : IVersionRouter
{
    // Guards _routes and _changes.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _routes = [];
    private readonly List<string> _changes = [];

    /// <summary>What it was told, in order: "m:1", "m:2", "m:0".</summary>
    public IReadOnlyList<string> Changes
    {
        get
        {
            lock (_gate) return [.. _changes];
        }
    }

    public long Route(string model, long version)
    {
        lock (_gate)
        {
            var before = _routes.GetValueOrDefault(model);
            _routes[model] = version;
            _changes.Add($"{model}:{version}");
            return before;
        }
    }

    /// <summary>What it answers as kept.</summary>
    public long[] Kept { get; set; } = [];

    /// <summary>What it answers as the version before the split.</summary>
    public long BeforeSplit { get; set; }

    /// <summary>What it answers as the version that had most of the requests, once.</summary>
    public long Main { get; set; }

    public int ShareOf(string model, long version) => version != 0 && RoutedVersion(model) == version ? 10_000 : 0;

    public IReadOnlyCollection<long> KeptVersions(string model) => Kept;

    public long VersionBeforeSplit(string model) => BeforeSplit;

    public long EndSplit(string model, string author, string reason)
    {
        lock (_gate)
        {
            var main = Main;
            if (main != 0) _changes.Add($"{model}: {author}: {reason}");
            Main = 0;
            Kept = [];
            return main;
        }
    }

    public long RoutedVersion(string model)
    {
        lock (_gate) return _routes.GetValueOrDefault(model);
    }
}
