using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace Appliance.Scoring.Traffic;

/// <summary>Changes who gets a model's requests: checks, makes the versions ready, changes the table in one step and keeps it. Thread-safe.</summary>
public sealed class TrafficControl(TrafficTable table, IModelLifecycle lifecycle)
{
    /// <summary>Splits a model's requests; what a single share leaves over stays with the version that has it now. Nothing has changed unless it succeeds.</summary>
    public async Task<TrafficResult> SetAsync(string model, TrafficRequest request, CancellationToken cancellation)
    {
        var fault = RemainderPolicy.Complete(model, request, table.RouteOf(model), table.SettingOf(model), out var whole) ?? TrafficRules.Check(whole);
        if (fault is not null) return TrafficResult.Refused(fault);
        IReadOnlyCollection<long> versions = [.. whole.Arms.Select(a => a.Version).Concat(whole.Shadows.Select(s => s.Version)).Distinct()];
        var result = await lifecycle.RetainAsync(model, versions, () =>
        {
            // Somebody may have changed who has the rest while the versions were loaded.
            var isSame = RemainderPolicy.Complete(model, request, table.RouteOf(model), table.SettingOf(model), out var now) is null && now.Arms.SequenceEqual(whole.Arms);
            return isSame ? Commit(() => table.Split(model, whole)) : new AdminResult(ScoreStatus.InvalidArgument, "another call changed who gets the requests at the same time; repeat this one");
        }, cancellation);
        return TrafficResult.Of(result, table.SettingOf(model));
    }

    /// <summary>
    /// Gives every request of a model to a version that is ready, before anything else is looked at: a disk that is full or a repository that cannot be read is no reason
    /// to leave a bad version in service. Null, or what could not be done besides: it is in force all the same.
    /// </summary>
    public async Task<string?> SwitchAsync(string model, long version, string author, string reason)
    {
        var unkept = table.SplitAtOnce(model, new TrafficRequest([new(version, BucketMap.Buckets)], [], author, reason));
        // The others are unloaded.
        var retired = await lifecycle.RetainAsync(model, [version], () => AdminResult.Ok, CancellationToken.None);
        return unkept is not null ? $"it could not be kept: {unkept}" : retired.Error;
    }

    /// <summary>Gives a model's requests back to the version that its policy or pin wants; what nobody wants any more is unloaded.</summary>
    public async Task<TrafficResult> ClearAsync(string model, string author, string reason, CancellationToken cancellation)
    {
        if (TrafficRules.CheckWho(author, reason) is { } fault) return TrafficResult.Refused(fault);
        var result = await lifecycle.RetainAsync(model, [], () => Commit(() => table.Clear(model, author, reason)), cancellation);
        return TrafficResult.Of(result, table.SettingOf(model));
    }

    /// <summary>
    /// Deploys a version that gets a share of the requests, the rest staying where they are. Nothing has changed unless it succeeds. What a canary is not possible beside is
    /// told by <see cref="CheckCanary"/> before the files have come.
    /// </summary>
    /// <param name="basisPoints">Its share in hundredths of a percent, 1 to 9,999.</param>
    public async Task<TrafficResult> DeployCanaryAsync(string model, long version, int basisPoints, string author, string reason, IVersionFiles files)
    {
        TrafficFault? fault = null;
        var result = await lifecycle.StageAsync(model, version, files, () =>
        {
            // Again: somebody may have changed the shares while the version was loaded.
            fault = CanaryPolicy.Plan(model, version, basisPoints, table.RouteOf(model), table.SettingOf(model), author, reason, out var request);
            return fault is { } wrong ? new AdminResult(ScoreStatus.InvalidArgument, wrong.Message) : Commit(() => table.Split(model, request));
        });
        return new TrafficResult(result.Status, table.SettingOf(model), result.Error, fault?.Field);
    }

    /// <summary>Null, or why the version cannot get a share beside what is served now.</summary>
    public TrafficFault? CheckCanary(string model, long version, int basisPoints, string author, string reason) =>
        CanaryPolicy.Plan(model, version, basisPoints, table.RouteOf(model), table.SettingOf(model), author, reason, out _);

    private static AdminResult Commit(Action change)
    {
        try
        {
            change();
            return AdminResult.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new AdminResult(ScoreStatus.Faulted, $"the change could not be kept, and nothing has changed: {e.Message}");
        }
    }
}
