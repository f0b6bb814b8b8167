using System.Text.Json;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Host.Rest.Traffic;

/// <summary>A model's traffic in JSON.</summary>
internal static class TrafficJson
{
    private static readonly double[] Deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <param name="slot">The model's; null where it is not loaded.</param>
    public static void Write(Utf8JsonWriter json, string model, ModelSlot? slot, TrafficTable table)
    {
        var setting = table.SettingOf(model);
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteNumber("revision"u8, setting?.Revision ?? 0);
        json.WriteStartArray("arms"u8);
        foreach (var arm in ArmsOf(model, setting, table)) WriteArm(json, model, slot, arm, table);
        json.WriteEndArray();
        json.WriteStartArray("shadows"u8);
        foreach (var shadow in setting?.Shadows ?? []) WriteShadow(json, model, slot, shadow, table);
        json.WriteEndArray();
        json.WriteNumber("otherwise"u8, table.RoutedVersion(model));
        if (setting is not null)
        {
            json.WriteNumber("versionBefore"u8, setting.VersionBefore);
            json.WriteString("author"u8, setting.Author);
            json.WriteString("reason"u8, setting.Reason);
            json.WriteString("changedAt"u8, setting.ChangedAt.UtcDateTime);
        }
        json.WriteEndObject();
    }

    /// <summary>What a version did.</summary>
    public static void Write(Utf8JsonWriter json, ArmTally tally)
    {
        json.WriteStartObject();
        json.WriteNumber("requests"u8, tally.Requests);
        json.WriteNumber("errors"u8, tally.Errors);
        json.WriteNumber("errorPercent"u8, Math.Round(100 * tally.ErrorRate, 4));
        json.WriteStartObject("latencyMs"u8);
        json.WriteNumber("p50"u8, Milliseconds(tally, 0.5));
        json.WriteNumber("p90"u8, Milliseconds(tally, 0.9));
        json.WriteNumber("p99"u8, Milliseconds(tally, 0.99));
        json.WriteEndObject();
        json.WriteStartObject("scores"u8);
        json.WriteNumber("count"u8, tally.Scores.Total);
        json.WriteNumber("notFinite"u8, tally.Scores.NotFinite);
        json.WriteStartArray("deciles"u8);
        if (tally.Scores.Total > 0) foreach (var share in Deciles) json.WriteNumberValue((float)tally.Scores.Quantile(share));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNumber("compared"u8, tally.Compared);
        json.WriteNumber("disagreed"u8, tally.Disagreed);
        json.WriteNumber("disagreedPercent"u8, Math.Round(100 * tally.DisagreementRate, 4));
        json.WriteNumber("meanDifference"u8, tally.MeanDifference);
        json.WriteNumber("dropped"u8, tally.Dropped);
        json.WriteEndObject();
    }

    private static IReadOnlyList<ArmBuckets> ArmsOf(string model, TrafficSetting? setting, TrafficTable table)
    {
        if (setting is not null) return setting.Arms;
        var version = table.RoutedVersion(model);
        return version == 0 ? [] : [new ArmBuckets(version, [0, BucketMap.Buckets])];
    }

    private static void WriteArm(Utf8JsonWriter json, string model, ModelSlot? slot, ArmBuckets arm, TrafficTable table)
    {
        json.WriteStartObject();
        json.WriteNumber("version"u8, arm.Version);
        json.WriteNumber("percent"u8, Percent.Of(arm.BasisPoints));
        json.WriteBoolean("ready"u8, slot?.Find(arm.Version) is not null);
        if (table.StatisticsOf(model, arm.Version, isShadow: false) is { } statistics)
        {
            json.WriteNumber("rerouted"u8, statistics.ReroutedCount);
            WriteStatistics(json, statistics);
        }
        json.WriteEndObject();
    }

    private static void WriteShadow(Utf8JsonWriter json, string model, ModelSlot? slot, ShadowShare shadow, TrafficTable table)
    {
        json.WriteStartObject();
        json.WriteNumber("version"u8, shadow.Version);
        json.WriteNumber("percent"u8, Percent.Of(shadow.BasisPoints));
        json.WriteNumber("tolerance"u8, shadow.Tolerance);
        json.WriteBoolean("ready"u8, slot?.Find(shadow.Version) is not null);
        if (table.StatisticsOf(model, shadow.Version, isShadow: true) is { } statistics) WriteStatistics(json, statistics);
        json.WriteEndObject();
    }

    private static void WriteStatistics(Utf8JsonWriter json, ArmStatistics statistics)
    {
        json.WriteString("lastError"u8, statistics.LastError);
        json.WritePropertyName("statistics"u8);
        Write(json, statistics.Take());
    }

    private static double Milliseconds(ArmTally tally, double share) => Math.Round(tally.Durations.Quantile(share) / 1e3, 4);
}
