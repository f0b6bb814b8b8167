using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Arms;
using Messages = Contracts.Traffic;

namespace Appliance.Host.Grpc.Traffic;

/// <summary>Traffic between the wire and the table.</summary>
internal static class TrafficMessages
{
    private static readonly double[] Deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <param name="author">Who is written down for it.</param>
    public static TrafficRequest ToRequest(this Messages.SetTrafficRequest message, string author) => new(
        [.. message.Arms.Select(a => new TrafficShare(a.Version, a.BasisPoints))],
        [.. message.Shadows.Select(s => new ShadowShare(
            s.Version, s.HasBasisPoints ? s.BasisPoints : BucketMap.Buckets, s.HasTolerance ? s.Tolerance : ShadowShare.DefaultTolerance))],
        author, message.Reason);

    /// <param name="slot">The model's; null where it is not loaded.</param>
    public static Messages.TrafficState StateOf(string model, ModelSlot? slot, TrafficTable table)
    {
        var state = new Messages.TrafficState { Model = model, Otherwise = table.RoutedVersion(model) };
        if (table.SettingOf(model) is not { } setting)
        {
            if (state.Otherwise != 0) state.Arms.Add(ArmOf(model, slot, state.Otherwise, BucketMap.Buckets, table));
            return state;
        }
        state.Revision = setting.Revision;
        state.Arms.AddRange(setting.Arms.Select(a => ArmOf(model, slot, a.Version, a.BasisPoints, table)));
        state.Shadows.AddRange(setting.Shadows.Select(s => ShadowOf(model, slot, s, table)));
        state.VersionBefore = setting.VersionBefore;
        state.Author = setting.Author;
        state.Reason = setting.Reason;
        state.ChangedAt = Micros(setting.ChangedAt);
        return state;
    }

    public static Messages.Tally ToMessage(this ArmTally tally)
    {
        var message = new Messages.Tally
        {
            Requests = tally.Requests,
            Errors = tally.Errors,
            LatencyP50Ms = tally.Durations.Quantile(0.5) / 1e3,
            LatencyP90Ms = tally.Durations.Quantile(0.9) / 1e3,
            LatencyP99Ms = tally.Durations.Quantile(0.99) / 1e3,
            Scores = tally.Scores.Total,
            ScoresNotFinite = tally.Scores.NotFinite,
            Compared = tally.Compared,
            Disagreed = tally.Disagreed,
            MeanDifference = tally.MeanDifference,
            Dropped = tally.Dropped,
        };
        if (message.Scores > 0) message.ScoreDeciles.AddRange(Deciles.Select(tally.Scores.Quantile));
        return message;
    }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public static long Micros(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static Messages.ArmState ArmOf(string model, ModelSlot? slot, long version, int basisPoints, TrafficTable table)
    {
        var state = new Messages.ArmState { Version = version, BasisPoints = basisPoints, Ready = slot?.Find(version) is not null };
        if (table.StatisticsOf(model, version, isShadow: false) is not { } statistics) return state;
        state.Tally = statistics.Take().ToMessage();
        state.Rerouted = statistics.ReroutedCount;
        state.LastError = statistics.LastError;
        return state;
    }

    private static Messages.ShadowState ShadowOf(string model, ModelSlot? slot, ShadowShare shadow, TrafficTable table)
    {
        var state = new Messages.ShadowState
        {
            Version = shadow.Version, BasisPoints = shadow.BasisPoints, Tolerance = shadow.Tolerance, Ready = slot?.Find(shadow.Version) is not null,
        };
        if (table.StatisticsOf(model, shadow.Version, isShadow: true) is not { } statistics) return state;
        state.Tally = statistics.Take().ToMessage();
        state.LastError = statistics.LastError;
        return state;
    }
}
