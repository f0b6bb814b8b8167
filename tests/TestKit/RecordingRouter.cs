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

    public long RoutedVersion(string model)
    {
        lock (_gate) return _routes.GetValueOrDefault(model);
    }
}
