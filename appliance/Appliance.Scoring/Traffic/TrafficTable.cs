// Hot path: one look-up per request that names no version.
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic.Arms;
using Appliance.Scoring.Traffic.Shadows;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Scoring.Traffic;

/// <summary>
/// Who gets the requests that name no version: for each model one version, at 100 %, unless an operator has split them. Readers take the current table
/// without a lock; a change replaces it as a whole. A version that is ready and absent here serves only those who ask for it by number.
/// </summary>
public sealed partial class TrafficTable : IVersionRouter
{
    private readonly ModelDirectory _directory;
    private readonly TrafficFile _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Guards the replacement of _routes, _base, _settings and _counted.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _base = new(StringComparer.Ordinal);
    private readonly List<CountedArm> _counted = [];
    private volatile Dictionary<string, ModelRoute> _routes = new(StringComparer.Ordinal);
    private volatile Dictionary<string, TrafficSetting> _settings;
    private volatile bool _anySplit, _isUnkept;

    /// <param name="folder">Where splits are kept across restarts; empty keeps them in memory alone.</param>
    public TrafficTable(ModelDirectory directory, string folder, TimeProvider time, ILogger<TrafficTable> logger)
    {
        _directory = directory;
        _time = time;
        _logger = logger;
        _file = new TrafficFile(folder, logger);
        _settings = _file.Read();
    }

    /// <summary>A table in memory alone.</summary>
    public TrafficTable(ModelDirectory directory)
        : this(directory, "", TimeProvider.System, NullLogger<TrafficTable>.Instance)
    {
    }

    /// <summary>Whether something is in force that the disk does not have yet.</summary>
    public bool IsUnkept => _isUnkept;

    /// <summary>Whether any model's requests are split or copied now.</summary>
    public bool AnySplit => _anySplit;

    /// <summary>The models that are routed to, and where.</summary>
    public IReadOnlyDictionary<string, ModelRoute> Routes => _routes;

    /// <summary>Where the model's requests go; null where it has no version for them.</summary>
    public ModelRoute? RouteOf(string model) => _routes.GetValueOrDefault(model);

    /// <summary>The setting of a model; null where nobody made one.</summary>
    public TrafficSetting? SettingOf(string model) => _settings.GetValueOrDefault(model);

    /// <summary>The version that describes the model to whoever names none: the one with most of the requests; 0 for none.</summary>
    public long MainVersion(string model) => RouteOf(model) is { } route ? route.Split?.Setting.MainVersion ?? route.Version : 0;

    /// <summary>Whether requests that name no version are answered now.</summary>
    public bool IsServed(ModelSlot slot) =>
        RouteOf(slot.Name) is { } route
        && (slot.Find(route.Version) is not null || slot.Find(route.Fallback) is not null || (route.Split?.Arms.Any(a => slot.Find(a.Version) is not null) ?? false));

    public long RoutedVersion(string model)
    {
        // Where one version has every request by a call, its route names that one; what the manager routed to lies beneath.
        if (_settings.Count == 0) return RouteOf(model)?.Version ?? 0;
        lock (_gate) return _base.GetValueOrDefault(model);
    }

    public int ShareOf(string model, long version)
    {
        if (RouteOf(model) is not { } route) return 0;
        if (route.Split is { } split) return split.Arms.FirstOrDefault(a => a.Version == version)?.BasisPoints ?? 0;
        return route.Version == version ? BucketMap.Buckets : 0;
    }

    public IReadOnlyCollection<long> KeptVersions(string model) => SettingOf(model)?.Versions ?? [];

    public long VersionBeforeSplit(string model) => SettingOf(model)?.VersionBefore ?? 0;

    public long Route(string model, long version)
    {
        lock (_gate)
        {
            var before = _base.GetValueOrDefault(model);
            if (before == version) return before;
            // A name with no route is not kept: names can come from callers, who may send any number of them.
            if (version == 0) _base.Remove(model);
            else _base[model] = version;
            Publish(model);
            return before;
        }
    }

    /// <summary>Splits a model's requests from now on. The request has been checked, and its versions are ready. On the disk when it returns.</summary>
    /// <exception cref="IOException">It could not be kept; nothing has changed.</exception>
    public TrafficSetting Split(string model, TrafficRequest request)
    {
        lock (_gate)
        {
            var setting = Next(model, request);
            Keep(model, setting);
            Log.Changed(_logger, model, Words(request), request.Author, request.Reason);
            return setting;
        }
    }

    /// <summary>
    /// Splits a model's requests whether or not that can be kept: for going back from a version that must not have them. Null, or why it is not on the disk yet;
    /// <see cref="TryKeep"/> tries again.
    /// </summary>
    public string? SplitAtOnce(string model, TrafficRequest request)
    {
        lock (_gate)
        {
            _settings = new Dictionary<string, TrafficSetting>(_settings, StringComparer.Ordinal) { [model] = Next(model, request) };
            Publish(model);
            _isUnkept = true;
            Log.Changed(_logger, model, Words(request), request.Author, request.Reason);
            return TryKeep();
        }
    }

    /// <summary>Writes what is in force to the disk. Null, or why it cannot be.</summary>
    public string? TryKeep()
    {
        lock (_gate)
        {
            try
            {
                _file.Write(_settings);
                _isUnkept = false;
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return e.Message;
            }
        }
    }

    /// <summary>Gives a model's requests back to the version that its policy or pin wants; false where they were not split. On the disk when it returns.</summary>
    /// <exception cref="IOException">It could not be kept; nothing has changed.</exception>
    public bool Clear(string model, string author, string reason)
    {
        lock (_gate)
        {
            if (SettingOf(model) is null) return false;
            Keep(model, null);
            Log.Cleared(_logger, model, author, reason);
            return true;
        }
    }

    public long EndSplit(string model, string author, string reason)
    {
        var main = SettingOf(model)?.MainVersion ?? 0;
        return main != 0 && Clear(model, author, reason) ? main : 0;
    }

    /// <summary>What a version did as an arm, or as a shadow, of the model; null where it never was one.</summary>
    public ArmStatistics? StatisticsOf(string model, long version, bool isShadow)
    {
        lock (_gate) return Find(model, version, isShadow);
    }

    /// <summary>Every arm and shadow since the start, in a fixed order.</summary>
    public IReadOnlyList<CountedArm> Statistics()
    {
        lock (_gate)
        {
            return [.. _counted.OrderBy(s => s.Model, StringComparer.Ordinal).ThenBy(s => s.IsShadow).ThenByDescending(s => s.Version)];
        }
    }

    // The version that had everything keeps being the one to go back to, through any number of splits.
    private static long VersionBefore(TrafficSetting? old, long present) => old switch
    {
        null => present,
        { IsPlain: true } => old.MainVersion,
        _ => old.VersionBefore,
    };

    // The gate is held.
    private TrafficSetting Next(string model, TrafficRequest request)
    {
        var old = SettingOf(model);
        var present = _base.GetValueOrDefault(model);
        IReadOnlyList<ArmBuckets> before = old?.Arms ?? (present == 0 ? [] : [new ArmBuckets(present, [0, BucketMap.Buckets])]);
        return new TrafficSetting(
            (old?.Revision ?? 0) + 1, BucketMap.Assign(before, request.Arms), request.Shadows,
            VersionBefore(old, present), request.Author, request.Reason, _time.GetUtcNow());
    }

    private void Keep(string model, TrafficSetting? setting)
    {
        var settings = new Dictionary<string, TrafficSetting>(_settings, StringComparer.Ordinal);
        if (setting is null) settings.Remove(model);
        else settings[model] = setting;
        _file.Write(settings);
        _isUnkept = false;
        _settings = settings;
        Publish(model);
    }

    // The gate is held.
    private void Publish(string model)
    {
        var routes = new Dictionary<string, ModelRoute>(_routes, StringComparer.Ordinal);
        var version = _base.GetValueOrDefault(model);
        if (version == 0) routes.Remove(model);
        else routes[model] = RouteOf(model, version, SettingOf(model));
        _routes = routes;
        _anySplit = routes.Values.Any(r => r.Split is not null);
    }

    private ModelRoute RouteOf(string model, long version, TrafficSetting? setting)
    {
        if (setting is null) return new ModelRoute(version, version, null);
        if (setting.IsPlain) return new ModelRoute(setting.MainVersion, version, null);
        var slot = _directory.GetOrAdd(model);
        var shadows = setting.Shadows.Select(s => LaneOf(slot, s)).ToArray();
        var arms = setting.Arms.Select(a => new TrafficArm(a, CountersOf(model, a.Version, isShadow: false), shadows)).ToArray();
        return new ModelRoute(version, version, new TrafficSplit(model, setting, arms, shadows));
    }

    // A shadow that goes on as it was keeps what waits in its lane.
    private ShadowLane LaneOf(ModelSlot slot, ShadowShare share) =>
        RouteOf(slot.Name)?.Split?.Shadows.FirstOrDefault(s => s.Share == share)
        ?? new ShadowLane(slot, share, CountersOf(slot.Name, share.Version, isShadow: true), _time);

    private ArmStatistics CountersOf(string model, long version, bool isShadow)
    {
        if (Find(model, version, isShadow) is { } known) return known;
        var made = new ArmStatistics(_time);
        _counted.Add(new CountedArm(model, version, isShadow, made));
        return made;
    }

    private ArmStatistics? Find(string model, long version, bool isShadow) =>
        _counted.Find(c => c.Version == version && c.IsShadow == isShadow && c.Model == model)?.Statistics;

    private static string Words(TrafficRequest request) => string.Join(", ",
    [
        .. request.Arms.Select(a => $"v{a.Version} {Percent.Text(a.BasisPoints)} %"),
        .. request.Shadows.Select(s => $"v{s.Version} shadows {Percent.Text(s.BasisPoints)} %"),
    ]);

    private static partial class Log
    {
        [LoggerMessage(EventIds.TrafficChanged, LogLevel.Information, "Model {Model}: requests are split now: {Split}. By {Author}: {Reason}")]
        public static partial void Changed(ILogger logger, string model, string split, string author, string reason);

        [LoggerMessage(EventIds.TrafficCleared, LogLevel.Information, "Model {Model}: requests are no longer split. By {Author}: {Reason}")]
        public static partial void Cleared(ILogger logger, string model, string author, string reason);
    }
}
