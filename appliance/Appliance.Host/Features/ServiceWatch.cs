using Appliance.Host.Telemetry;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;

namespace Appliance.Host.Features;

/// <summary>
/// Says in the log of each loaded model version when the feature service that its manifest names cannot be read, and when it can again: by the load, or by a change of the
/// definitions. Such a version is served all the same, for callers that send every feature. Used by one loop.
/// </summary>
internal sealed partial class ServiceWatch(ModelDirectory directory, StoredFeatures stored, TimeProvider time, ILogger<ServiceWatch> logger) : BackgroundService
{
    /// <summary>How soon a change is told. 1 s: as soon as a person looks.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // What was told of each version; a version that is gone is forgotten.
    private Dictionary<(string Model, long Version), string> _problems = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do Step();
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Looks at every loaded version once.</summary>
    internal void Step()
    {
        var now = new Dictionary<(string Model, long Version), string>();
        foreach (var model in directory.Slots.SelectMany(s => s.Ready))
        {
            var features = FeatureBinding.Of(model);
            if (features.Refusal is not null || stored.BindingOf(model, features) is not { } binding) continue;
            var key = (model.Name, model.Version);
            var before = _problems.GetValueOrDefault(key);
            if (binding.Problem is { } problem)
            {
                now[key] = problem;
                if (problem != before) Log.Unreadable(logger, model.Name, model.Version, binding.Service, binding.Version, problem);
            }
            else if (before is not null)
            {
                Log.Readable(logger, model.Name, model.Version, binding.Service, binding.Version);
            }
        }
        _problems = now;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ServiceUnreadable, LogLevel.Warning, "Model {Model} v{Version} reads feature service {Service} v{ServiceVersion}, which cannot be read: {Problem}")]
        public static partial void Unreadable(ILogger logger, string model, long version, string service, int serviceVersion, string problem);

        [LoggerMessage(EventIds.ServiceReadable, LogLevel.Information, "Model {Model} v{Version} reads feature service {Service} v{ServiceVersion}, which can be read again.")]
        public static partial void Readable(ILogger logger, string model, long version, string service, int serviceVersion);
    }
}
