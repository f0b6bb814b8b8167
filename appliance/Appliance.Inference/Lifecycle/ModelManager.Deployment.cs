using Microsoft.Extensions.Logging;

namespace Appliance.Inference.Lifecycle;

/// <summary>Versions that operators bring and take away by calls. In every control mode: these are orders, not what a folder happens to hold.</summary>
public sealed partial class ModelManager
{
    /// <inheritdoc/>
    public Task<AdminResult> DeployAsync(string model, long version, string author, IVersionFiles files) => WithEntryAsync(
        model,
        async entry =>
        {
            var wasWanted = entry.Wanted;
            var before = entry.Parameters;
            if (PlaceOrSay(files) is { } refusal)
            {
                ForgetIfUnknown(entry);
                return new AdminResult(ScoreStatus.InvalidArgument, refusal);
            }
            // As a pin: a version that fails leaves the route alone, whatever else the version policy would have loaded.
            var (result, served) = await ReconcileAsync(entry, LoadParameters.None, version);
            if (served)
            {
                var pin = IsPolicysChoice(entry.Name, version) ? 0 : version;
                if (pin == entry.Pinned || KeepPin(entry, pin) is not { } fault) return await KeepAsync(entry, version, pin, author, result);
                result = fault;
            }
            files.Undo();
            entry.Forget(version);
            entry.Refused.Remove(version);
            if (wasWanted) await ReconcileAsync(entry, before, entry.Pinned);
            else await UnloadEntryAsync(entry, CancellationToken.None);
            ForgetIfUnknown(entry);
            return result with { Status = result.Succeeded ? ScoreStatus.InvalidArgument : result.Status };
        },
        // Once the files are here the order is carried out, whether its caller still waits or not.
        CancellationToken.None,
        isNew: true);

    /// <inheritdoc/>
    public Task<AdminResult> StageAsync(string model, long version, IVersionFiles files, Func<AdminResult> commit) => WithEntryAsync(
        model,
        async entry =>
        {
            if (PlaceOrSay(files) is { } refusal) return new AdminResult(ScoreStatus.InvalidArgument, refusal);
            var result = await RetainAsync(entry, [version], commit);
            if (result.Succeeded)
            {
                Log.Staged(logger, model, version);
                return result with { Version = version };
            }
            files.Undo();
            entry.Refused.Remove(version);
            entry.Forget(version);
            return result;
        },
        CancellationToken.None);

    /// <inheritdoc/>
    public Task<AdminResult> DeleteAsync(string model, long version, string author, IVersionRemoval repository) => WithEntryAsync(
        model,
        async entry =>
        {
            var routed = router.RoutedVersion(model);
            if (version != 0 && (routed == version || router.KeptVersions(model).Contains(version)))
            {
                return new AdminResult(ScoreStatus.InvalidArgument, $"version is {version}; requests go to it, or copies of them: deploy another version or roll back first, or delete the whole model");
            }
            try
            {
                if (repository.Remove(model, version) is { } refusal) return new AdminResult(ScoreStatus.NotFound, refusal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new AdminResult(ScoreStatus.Faulted, $"the repository cannot be changed: {e.Message}");
            }
            Log.Deleted(logger, model, version);
            return version == 0 ? await ForgetModelAsync(entry, routed, author) : await ForgetVersionAsync(entry, version, routed);
        },
        CancellationToken.None);

    private static string? PlaceOrSay(IVersionFiles files)
    {
        try
        {
            return files.Place();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the files cannot be put into the repository: {e.Message}";
        }
    }

    /// <summary>The version is served; whether it needs a pin for that to last was the version policy's to say.</summary>
    /// <param name="pin">What is written down; 0 for none.</param>
    private async Task<AdminResult> KeepAsync(ModelEntry entry, long version, long pin, string author, AdminResult result)
    {
        entry.Pinned = pin;
        var main = router.EndSplit(entry.Name, author, $"version {version} is deployed");
        if (main != 0 && main != version) entry.History.Add(main);
        // With the policy in force again, the versions that it wants beside this one are loaded too, and those that were kept for a split are let go.
        if (pin == 0 || main != 0) await ReconcileAsync(entry, LoadParameters.None, pin);
        Log.Deployed(logger, entry.Name, version, result.PreviousVersion);
        return result with { Status = ScoreStatus.Ok, Error = null, Version = version };
    }

    private bool IsPolicysChoice(string model, long version)
    {
        try
        {
            var plan = source.Read(model, LoadParameters.None);
            using var content = plan.Content as IDisposable;
            return VersionPolicy.Desired(plan, 0).DefaultIfEmpty().Max() == version;
        }
        catch (ModelLoadException)
        {
            // Somebody changes the folder at the same time: the pin keeps what was asked for.
            return false;
        }
    }

    private async Task<AdminResult> ForgetModelAsync(ModelEntry entry, long routed, string author)
    {
        router.EndSplit(entry.Name, author, "the model is deleted");
        await UnloadEntryAsync(entry, CancellationToken.None);
        RemovePin(entry);
        _entries.Forget(entry);
        return new AdminResult(ScoreStatus.Ok, Version: 0, PreviousVersion: routed);
    }

    private async Task<AdminResult> ForgetVersionAsync(ModelEntry entry, long version, long routed)
    {
        entry.History.RemoveAll(v => v == version);
        if (entry.Pinned == version) RemovePin(entry);
        if (entry.Wanted) await ReconcileAsync(entry, entry.Parameters, entry.Pinned, retryRefused: false);
        entry.Refused.Remove(version);
        entry.Forget(version);
        return new AdminResult(ScoreStatus.Ok, Version: router.RoutedVersion(entry.Name), PreviousVersion: routed);
    }

    private void ForgetIfUnknown(ModelEntry entry)
    {
        if (entry.Slot.Ready.Count == 0 && !IsKnown(entry.Name)) _entries.Forget(entry);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.ModelDeployed, LogLevel.Information, "Model {Model} v{Version} is deployed: requests go to it now, to v{Previous} before.")]
        public static partial void Deployed(ILogger logger, string model, long version, long previous);

        [LoggerMessage(EventIds.ModelStaged, LogLevel.Information, "Model {Model} v{Version} is deployed beside the versions that are served.")]
        public static partial void Staged(ILogger logger, string model, long version);

        [LoggerMessage(EventIds.ModelDeleted, LogLevel.Information, "Model {Model} v{Version} is deleted from the repository; v0 is the model as a whole.")]
        public static partial void Deleted(ILogger logger, string model, long version);
    }
}
