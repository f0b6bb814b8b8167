using Appliance.Inference.Statistics;
using Microsoft.Extensions.Logging;

namespace Appliance.Inference.Lifecycle;

/// <summary>
/// Brings the served versions to what the repository and its operators want, and owns the state of each. Thread-safe; one operation a model
/// at a time. Requests never wait for it: they read slots and the traffic table.
/// </summary>
public sealed partial class ModelManager(
    IModelSource source, ModelDirectory directory, IVersionRouter router, ModelManagerOptions options, ModelPins pins,
    LoadStatistics loads, TimeProvider time, ILogger<ModelManager> logger) : IModelLifecycle, IDisposable
{
    private const string NoVersion = "no version folder holds a model that its version policy wants";

    private readonly ModelEntries _entries = new(directory);
    private readonly SemaphoreSlim _loads = new(Math.Max(1, options.LoadThreads));
    private readonly MemoryReturn _memory = new(time, GiveBackAll);
    private int _draining;

    /// <summary>Whether every model wanted at the start has been tried, and, with strict readiness, has a ready version now.</summary>
    public bool Ready => Started && (!options.StrictReadiness || _entries.All.All(e => !e.Wanted || e.Slot.Ready.Count > 0));

    /// <summary>Whether the first round of loading is over.</summary>
    public bool Started { get; internal set; }

    /// <summary>Versions that are draining and not yet disposed.</summary>
    public int Draining => Volatile.Read(ref _draining);

    /// <summary>Every version known, by model and number. A model in the repository that nobody loaded is listed with version 0.</summary>
    public IReadOnlyList<ModelVersionStatus> Index()
    {
        var known = _entries.All
            .SelectMany(e => e.Statuses().Select(s => new ModelVersionStatus(
                e.Name, s.Version, s.State, s.Reason, s.Version != 0 && router.ShareOf(e.Name, s.Version) > 0, e.Pinned != 0 && e.Pinned == s.Version)));
        var unknown = source.List().Where(n => !_entries.TryFind(n, out var e) || e.Statuses().Length == 0)
            .Select(n => new ModelVersionStatus(n, 0, ModelState.Discovered, "", false, false));
        return [.. known.Concat(unknown).OrderBy(s => s.Model, StringComparer.Ordinal).ThenBy(s => s.Version)];
    }

    /// <summary>Loads a model, or brings a loaded one up to what its folder holds now. Nothing that is served changes when it fails.</summary>
    public Task<AdminResult> LoadAsync(string model, LoadParameters parameters, CancellationToken cancellation) =>
        options.ControlMode == ModelControlMode.Explicit
            ? LoadWantedAsync(model, parameters, cancellation)
            : Task.FromResult(NotExplicit("load"));

    /// <summary>Unloads every version of a model.</summary>
    public Task<AdminResult> UnloadAsync(string model, bool unloadDependents, CancellationToken cancellation)
    {
        if (options.ControlMode != ModelControlMode.Explicit) return Task.FromResult(NotExplicit("unload"));
        // No model depends on another here, so there are no dependents that the flag could add.
        return WithEntryAsync(
            model,
            async entry =>
            {
                var result = await UnloadEntryAsync(entry, cancellation);
                if (!IsKnown(model)) _entries.Forget(entry);
                return result;
            },
            cancellation);
    }

    /// <summary>Makes a version ready if it is not, routes every unversioned request to it, and keeps it so until it is unpinned.</summary>
    public Task<AdminResult> PinAsync(string model, long version, string author, CancellationToken cancellation) =>
        WithEntryAsync(model, entry => PinAsync(entry, version, author), cancellation);

    /// <summary>Lets the version policy decide again. A model that nobody wants served only loses its pin.</summary>
    public Task<AdminResult> UnpinAsync(string model, CancellationToken cancellation) =>
        WithEntryAsync(model, entry => entry.Wanted ? PinAsync(entry, 0, author: "") : Task.FromResult(RemovePin(entry)), cancellation);

    /// <summary>Pins the version that was routed to before the present one.</summary>
    public Task<AdminResult> RollbackAsync(string model, string author, CancellationToken cancellation) =>
        WithEntryAsync(model, entry =>
        {
            var present = router.RoutedVersion(model);
            var beforeSplit = router.VersionBeforeSplit(model);
            var previous = beforeSplit != 0 ? beforeSplit : entry.History.LastOrDefault(v => v != present);
            return previous != 0
                ? PinAsync(entry, previous, author)
                : Task.FromResult(NoVersionBefore(model, present));
        }, cancellation);

    /// <inheritdoc/>
    public Task<AdminResult> RetainAsync(string model, IReadOnlyCollection<long> versions, Func<AdminResult> commit, CancellationToken cancellation) =>
        WithEntryAsync(model, entry => RetainAsync(entry, versions, commit), cancellation);

    /// <summary>Loads what the control mode wants at the start. Failures are kept in the index; the appliance starts without those models.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        string[] wanted = options.ControlMode != ModelControlMode.Explicit || options.LoadAtStart.Contains("*")
            ? [.. source.List()]
            : options.LoadAtStart;
        foreach (var model in wanted) _entries.GetOrAdd(model).Wanted = true;
        await Task.WhenAll(wanted.Select(m => LoadWantedAsync(m, LoadParameters.None, cancellation)));
        // Loading leaves several times more garbage than it keeps; before the first request is the one moment at which collecting it costs nobody.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GiveBack();
        Started = true;
    }

    /// <summary>Compares the repository with what is served and follows it. One step of mode poll; a version that was refused is tried again only once its files change.</summary>
    internal async Task PollOnceAsync(CancellationToken cancellation)
    {
        var names = source.List();
        foreach (var gone in _entries.All.Where(e => e.Wanted && !names.Contains(e.Name)).ToArray())
        {
            await WithEntryAsync(gone.Name, entry => UnloadEntryAsync(entry, cancellation), cancellation);
        }
        foreach (var name in names)
        {
            await WithEntryAsync(
                name, async entry => (await ReconcileAsync(entry, entry.Parameters, entry.Pinned, retryRefused: false)).Result, cancellation);
        }
    }

    /// <summary>
    /// Unloads everything and waits a while for the requests that are in. For the end of the process, once nobody can call any more.
    /// </summary>
    /// <param name="limit">Ends the waiting: what is still loading or in use then ends with the process.</param>
    public async Task StopAsync(CancellationToken limit)
    {
        try
        {
            await Task.WhenAll(_entries.All.Select(e => WithEntryAsync(e.Name, entry => UnloadEntryAsync(entry, limit), limit)));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // A load outlasts the time for the end.
        }
    }

    public void Dispose()
    {
        _loads.Dispose();
        _memory.Dispose();
    }

    private Task<AdminResult> LoadWantedAsync(string model, LoadParameters parameters, CancellationToken cancellation) => WithEntryAsync(
        model,
        async entry =>
        {
            var wasWanted = entry.Wanted;
            var (result, _) = await ReconcileAsync(entry, parameters, entry.Pinned);
            if (!result.Succeeded && !wasWanted && entry.Slot.Ready.Count == 0 && !IsKnown(model)) _entries.Forget(entry);
            return result;
        },
        cancellation,
        // Files that come along may make a model that the repository does not have.
        isNew: parameters.Files.Count > 0);

    private async Task<AdminResult> UnloadEntryAsync(ModelEntry entry, CancellationToken cancellation)
    {
        entry.Wanted = false;
        entry.Parameters = LoadParameters.None;
        router.Route(entry.Name, 0);
        var drains = entry.Slot.Ready.ToArray().Select(m => Retire(entry, m, "unloaded")).ToArray();
        entry.Ready.Clear();
        await WaitBrieflyAsync(drains, cancellation);
        return AdminResult.Ok;
    }

    private async Task<AdminResult> WithEntryAsync(string model, Func<ModelEntry, Task<AdminResult>> operation, CancellationToken cancellation, bool isNew = false)
    {
        while (true)
        {
            // Names that no repository holds leave no trace: they come from callers.
            if (!isNew && !_entries.Contains(model) && !IsKnown(model)) return Unknown(model);
            var entry = _entries.GetOrAdd(model);
            // A gate that is free is taken even for a caller who has gone: an entry that was made here is then also forgotten here.
            if (!entry.Gate.Wait(0, CancellationToken.None)) await entry.Gate.WaitAsync(cancellation);
            try
            {
                if (entry.Forgotten) continue;
                if (entry.Pinned == 0) entry.Pinned = pins.Get(model);
                return await operation(entry);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Unkept(e);
            }
            finally
            {
                entry.Gate.Release();
            }
        }
    }

    private bool IsKnown(string model) => source.List().Contains(model, StringComparer.Ordinal);

    private AdminResult RemovePin(ModelEntry entry)
    {
        var routed = router.RoutedVersion(entry.Name);
        if (entry.Pinned != 0 && KeepPin(entry, 0) is { } fault) return fault with { Version = routed };
        entry.Pinned = 0;
        return new AdminResult(ScoreStatus.Ok, Version: routed, PreviousVersion: routed);
    }

    /// <param name="author">Who is written down where a split ends; a pin that is given up ends none.</param>
    private async Task<AdminResult> PinAsync(ModelEntry entry, long version, string author)
    {
        var before = entry.Pinned;
        var (result, served) = await ReconcileAsync(entry, entry.Parameters, version);
        // Another version that is refused does not hold the call up, least of all a rollback: the index shows it.
        if (!served) return result with { Version = router.RoutedVersion(entry.Name) };
        if (before != version && KeepPin(entry, version) is { } fault)
        {
            // What would not outlast a restart is not in force now either.
            await ReconcileAsync(entry, entry.Parameters, before, retryRefused: false);
            return fault with { Version = router.RoutedVersion(entry.Name) };
        }
        entry.Pinned = version;
        return version == 0 ? Succeeded(result) : await EndSplitAsync(entry, author, Succeeded(result));
    }

    /// <summary>Writes the pin down; gives how that failed.</summary>
    private AdminResult? KeepPin(ModelEntry entry, long version)
    {
        try
        {
            pins.Set(entry.Name, version);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unkept(e);
        }
    }

    private static AdminResult Unkept(Exception e) => new(ScoreStatus.Faulted, $"the change could not be kept on the disk: {e.Message}");

    // A pin sends every request to its version: what splits them ends, and the versions that were kept for it are let go.
    private async Task<AdminResult> EndSplitAsync(ModelEntry entry, string author, AdminResult pinned)
    {
        var main = router.EndSplit(entry.Name, author, $"version {entry.Pinned} is pinned");
        if (main == 0) return pinned;
        if (main != entry.Pinned) entry.History.Add(main);
        await ReconcileAsync(entry, entry.Parameters, entry.Pinned, retryRefused: false);
        return pinned with { PreviousVersion = main };
    }

    private async Task<AdminResult> RetainAsync(ModelEntry entry, IReadOnlyCollection<long> versions, Func<AdminResult> commit)
    {
        var (loaded, added) = await LoadRetainedAsync(entry, versions);
        var result = loaded.Succeeded ? commit() : loaded;
        if (result.Succeeded) await ReconcileAsync(entry, entry.Parameters, entry.Pinned, retryRefused: false);
        else foreach (var version in added) RetireUnwanted(entry, version);
        return result;
    }

    /// <summary>Loads versions without routing anything to them. Added: those that were not ready before.</summary>
    private async Task<(AdminResult Result, IReadOnlyList<long> Added)> LoadRetainedAsync(ModelEntry entry, IReadOnlyCollection<long> versions)
    {
        ModelPlan plan;
        try
        {
            plan = await Task.Run(() => source.Read(entry.Name, entry.Parameters));
        }
        catch (ModelLoadException e)
        {
            return (new AdminResult(e.NotFound ? ScoreStatus.NotFound : ScoreStatus.InvalidArgument, $"failed to load '{entry.Name}': {e.Message}"), []);
        }
        using var content = plan.Content as IDisposable;
        var absent = versions.FirstOrDefault(v => !plan.Fingerprints.ContainsKey(v));
        if (absent != 0) return (NoSuchVersion(entry.Name, absent, plan), []);
        var before = entry.Ready.Keys.ToArray();
        var failures = await LoadAllAsync(entry, plan, VersionPolicy.ToLoad([.. versions], plan, entry.Ready));
        var result = failures.Count == 0 ? AdminResult.Ok : new AdminResult(ScoreStatus.InvalidArgument, $"failed to load '{entry.Name}', {string.Join("; ", failures)}");
        return (result, [.. entry.Ready.Keys.Except(before)]);
    }

    private static AdminResult Succeeded(AdminResult result) => result with { Status = ScoreStatus.Ok, Error = null };

    /// <summary>Brings a model's versions to what is wanted. Served: requests go to the pin, or without one to a version that the policy wants, as its files are now.</summary>
    private async Task<(AdminResult Result, bool Served)> ReconcileAsync(ModelEntry entry, LoadParameters parameters, long pinned, bool retryRefused = true)
    {
        if (retryRefused) entry.Refused.Clear();
        ModelPlan plan;
        try
        {
            plan = await Task.Run(() => source.Read(entry.Name, parameters));
        }
        catch (ModelLoadException e)
        {
            RefuseWhole(entry, e.Message);
            return (new AdminResult(e.NotFound ? ScoreStatus.NotFound : ScoreStatus.InvalidArgument, $"failed to load '{entry.Name}': {e.Message}"), false);
        }
        using var content = plan.Content as IDisposable;
        var desired = VersionPolicy.Desired(plan, pinned);
        if (pinned != 0 && !plan.Fingerprints.ContainsKey(pinned))
        {
            // A pin that is in force is nobody's mistake of now: without this line nothing would say why no other version is loaded.
            if (pinned == entry.Pinned) RefuseWhole(entry, $"version {pinned} is pinned and is not in the repository, which has {There(plan)}; put it back or unpin the model");
            return (NoSuchVersion(entry.Name, pinned, plan), false);
        }
        if (desired.Count == 0)
        {
            RefuseWhole(entry, NoVersion);
            return (new AdminResult(ScoreStatus.InvalidArgument, $"failed to load '{entry.Name}': {NoVersion}"), false);
        }
        entry.Refused.Remove(0);
        entry.Wanted = true;
        entry.Parameters = parameters;
        var withKept = VersionPolicy.WithKept(desired, router.KeptVersions(entry.Name), plan);
        var toLoad = VersionPolicy.ToLoad(withKept, plan, entry.Ready).Where(v => entry.Refused.GetValueOrDefault(v) != plan.Fingerprints[v]);
        var failures = await LoadAllAsync(entry, plan, [.. toLoad]);
        var result = Route(entry, desired, pinned, failures);
        foreach (var version in VersionPolicy.ToUnload(desired, withKept, entry.Ready.Keys)) RetireUnwanted(entry, version);
        var wanted = pinned != 0 ? result.Version == pinned : desired.Contains(result.Version);
        return (result, wanted && !entry.Refused.ContainsKey(result.Version));
    }

    private void RefuseWhole(ModelEntry entry, string reason)
    {
        // Version 0 stands for the model as a whole. Said once, however often a poll meets the same fault.
        if (entry.Refused.ContainsKey(0) && entry.LastRefusal == reason) return;
        entry.Refused[0] = reason;
        entry.LastRefusal = reason;
        if (entry.Ready.Count == 0) entry.Set(0, ModelState.Failed, reason);
        Log.LoadFailed(logger, entry.Name, 0, reason);
        loads.LoadFailed();
    }

    private async Task<IReadOnlyList<string>> LoadAllAsync(ModelEntry entry, ModelPlan plan, IReadOnlyList<long> versions)
    {
        var loaded = await Task.WhenAll(versions.Select(v => LoadOneAsync(entry, plan, v)));
        var failures = new List<string>();
        foreach (var (version, model, failure) in loaded)
        {
            if (model is null)
            {
                failures.Add($"version {version}: {failure}");
                entry.Refused[version] = plan.Fingerprints[version];
                if (entry.Slot.Find(version) is null) SayShareMoves(entry, version, failure!);
                continue;
            }
            var old = entry.Slot.Find(version);
            entry.Slot.Join(model);
            entry.Ready[version] = plan.Fingerprints[version];
            entry.Refused.Remove(version);
            if (old is not null) _ = DisposeWhenDrainedAsync(entry, old, null);
            entry.Set(version, ModelState.Ready);
        }
        return failures;
    }

    private async Task<(long Version, ServingModel? Model, string? Failure)> LoadOneAsync(ModelEntry entry, ModelPlan plan, long version)
    {
        await _loads.WaitAsync();
        var replaces = entry.Ready.ContainsKey(version);
        var started = time.GetTimestamp();
        try
        {
            if (!replaces) entry.Set(version, ModelState.Loading);
            // A thread of its own: loading may take minutes and must not hold one that serves requests.
            var model = await Task.Factory.StartNew(
                () => LoadAndTidy(plan, version, () => { if (!replaces) entry.Set(version, ModelState.Warming); }),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var took = time.GetElapsedTime(started);
            loads.VersionLoaded(entry.Name, version, took);
            Log.ModelReady(logger, entry.Name, version, took.TotalMilliseconds, model.Profile.SingleMicroseconds, model.Profile.BatchedMicrosecondsPerRow);
            return (version, model, null);
        }
        catch (ModelLoadException e)
        {
            if (!replaces) entry.Set(version, ModelState.Failed, e.Message);
            loads.LoadFailed();
            Log.LoadFailed(logger, entry.Name, version, e.Message);
            return (version, null, e.Message);
        }
        finally
        {
            _loads.Release();
        }
    }

    private AdminResult Route(ModelEntry entry, IReadOnlyList<long> desired, long pinned, IReadOnlyList<string> failures)
    {
        var present = router.RoutedVersion(entry.Name);
        // A pin that failed must leave the present route alone.
        var target = pinned != 0 && present != 0 && entry.Refused.ContainsKey(pinned)
            ? present
            : VersionPolicy.Routed(desired, entry.Ready.Keys, pinned, present);
        if (target != present)
        {
            router.Route(entry.Name, target);
            if (present != 0) entry.History.Add(present);
            Log.Routed(logger, entry.Name, target, present);
        }
        return failures.Count == 0
            ? new AdminResult(ScoreStatus.Ok, Version: target, PreviousVersion: present)
            : new AdminResult(ScoreStatus.InvalidArgument, $"failed to load '{entry.Name}', {string.Join("; ", failures)}", target, present);
    }

    private void RetireUnwanted(ModelEntry entry, long version)
    {
        entry.Ready.Remove(version);
        if (entry.Slot.Find(version) is { } model) _ = Retire(entry, model, "unloaded: its version policy does not want it");
    }

    // Its requests are answered by the other versions that the table names: nobody fails, and somebody should know.
    private void SayShareMoves(ModelEntry entry, long version, string reason)
    {
        var share = router.ShareOf(entry.Name, version);
        if (share > 0) Log.ShareMoves(logger, entry.Name, version, share / 100.0, reason);
    }

    /// <summary>Takes a version out of service; its memory comes back when its last request is done, on no request's thread.</summary>
    private Task Retire(ModelEntry entry, ServingModel model, string reason)
    {
        SayShareMoves(entry, model.Version, reason);
        entry.Slot.Leave(model);
        entry.Set(model.Version, ModelState.Draining);
        return DisposeWhenDrainedAsync(entry, model, reason);
    }

    private async Task DisposeWhenDrainedAsync(ModelEntry entry, ServingModel model, string? reason)
    {
        Interlocked.Increment(ref _draining);
        await model.DrainAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        entry.Slot.EndDrain(model);
        model.Dispose();
        _memory.NoteUnload();
        Interlocked.Decrement(ref _draining);
        if (entry.Slot.Find(model.Version) is null) loads.VersionUnloaded(model.Name, model.Version);
        if (reason is not null) entry.SetIf(model.Version, ModelState.Draining, ModelState.Unloaded, reason);
        Log.Unloaded(logger, model.Name, model.Version);
    }

    // Long enough for requests that are running, short enough for a caller who waits: past it the version goes on draining by itself.
    private async Task WaitBrieflyAsync(Task[] drains, CancellationToken cancellation) =>
        await Task.WhenAny(Task.WhenAll(drains), Task.Delay(TimeSpan.FromSeconds(5), time, cancellation));

    private AdminResult NotExplicit(string verb) =>
        new(ScoreStatus.ModelUnavailable, $"explicit model {verb} is not allowed in model control mode {options.ControlMode.ToString().ToLowerInvariant()}");

    // A refusal of the request: a caller who tries again is told the same.
    private static AdminResult NoVersionBefore(string model, long present) => new(
        ScoreStatus.InvalidArgument,
        present != 0 ? $"model '{model}' has no version before {present} to go back to" : $"model '{model}' has no version to go back to; none was routed to");

    private static AdminResult NoSuchVersion(string model, long version, ModelPlan plan) =>
        new(ScoreStatus.NotFound, $"model '{model}' has no version {version}; it has {There(plan)}");

    private static string There(ModelPlan plan) => plan.Fingerprints.Count > 0 ? string.Join(", ", plan.Fingerprints.Keys.Order()) : "none";

    private static AdminResult Unknown(string model) =>
        new(ScoreStatus.NotFound, $"Request for unknown model: '{model}' is not found");

    private static partial class Log
    {
        [LoggerMessage(EventIds.ModelReady, LogLevel.Information, "Model {Model} v{Version} is ready after {LoadMs:F0} ms; a row takes {SingleUs:F1} us alone and {BatchedUs:F2} us in the best batch.")]
        public static partial void ModelReady(ILogger logger, string model, long version, double loadMs, double singleUs, double batchedUs);

        [LoggerMessage(EventIds.ModelLoadFailed, LogLevel.Error, "Model {Model} v{Version} is refused: {Reason}")]
        public static partial void LoadFailed(ILogger logger, string model, long version, string reason);

        [LoggerMessage(EventIds.ModelRouted, LogLevel.Information, "Model {Model}: requests go to v{Version} now, to v{Previous} before.")]
        public static partial void Routed(ILogger logger, string model, long version, long previous);

        [LoggerMessage(EventIds.ShareMoves, LogLevel.Warning, "Model {Model} v{Version} had {Share:F2} % of the requests and is not ready; the other versions of the split get them: {Reason}")]
        public static partial void ShareMoves(ILogger logger, string model, long version, double share, string reason);

        [LoggerMessage(EventIds.ModelUnloaded, LogLevel.Information, "Model {Model} v{Version} is unloaded.")]
        public static partial void Unloaded(ILogger logger, string model, long version);
    }
}
