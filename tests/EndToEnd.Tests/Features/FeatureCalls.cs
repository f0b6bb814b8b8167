using System.Globalization;
using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;

namespace EndToEnd.Tests.Features;

/// <summary>The calls about features that most tests make over REST.</summary>
internal static class FeatureCalls
{
    // Not a figure that anything is measured by: past it events are not applied any more.
    private static readonly TimeSpan ApplyLimit = TimeSpan.FromSeconds(60);

    /// <summary>Adds definitions, or makes the next versions of them.</summary>
    public static async Task DefineAsync(this ApplianceProcess appliance, string definitions)
    {
        var reply = await appliance.PostAsync("/api/feature-registry/apply", $$"""{"definitions":{{definitions}},"mode":"merge","author":"test","reason":"test"}""");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
    }

    /// <summary>Sends events that must all be taken; returns how many were new.</summary>
    public static async Task<int> SendEventsAsync(this ApplianceProcess appliance, string body)
    {
        var reply = await appliance.PostAsync("/api/events", body);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        return reply.Body.GetProperty("data").GetProperty("accepted").GetInt32();
    }

    /// <summary>Features of entities with one whole-number key, in the order of the ids: name to value, event time and status.</summary>
    public static async Task<JsonElement[]> ReadFeaturesAsync(this ApplianceProcess appliance, string entity, IEnumerable<long> ids, params string[] features)
    {
        var keys = string.Join(',', ids.Select(i => i.ToString(CultureInfo.InvariantCulture)));
        var reply = await appliance.PostAsync("/api/features", $$"""{"entity":"{{entity}}","ids":[{{keys}}],"features":[{{string.Join(',', features.Select(f => $"\"{f}\""))}}]}""");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        return [.. reply.Body.GetProperty("data").EnumerateArray().Select(e => e.GetProperty("features"))];
    }

    /// <summary>A feature's value as JSON has it; null where there is none.</summary>
    public static string? Value(this JsonElement features, string name)
    {
        var value = features.GetProperty(name).GetProperty("value");
        return value.ValueKind == JsonValueKind.Null ? null : value.ToString();
    }

    public static string Status(this JsonElement features, string name) => features.GetProperty(name).GetProperty("status").GetString()!;

    /// <summary>Waits until a feature of one entity has a value: what was sent before the event behind it has then been applied too.</summary>
    public static Task AppliedAsync(this ApplianceProcess appliance, string entity, long id, string feature, string value)
    {
        string? seen = null;
        return Eventually.BecomesTrueAsync(
            async () => (seen = (await appliance.ReadFeaturesAsync(entity, [id], feature))[0].Value(feature)) == value,
            ApplyLimit, () => $"{feature} of {entity} {id} is {value}; it is {seen ?? "null"}; the log:\n{appliance.Log}");
    }

    /// <summary>A moment as events and rows have it.</summary>
    public static string Moment(long micros) =>
        (DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(micros)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Microseconds since 1970 UTC.</summary>
    public static long NowMicros() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
