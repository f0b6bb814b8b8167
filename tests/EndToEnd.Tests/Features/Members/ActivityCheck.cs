using System.Globalization;
using System.Text.Json;

namespace EndToEnd.Tests.Features.Members;

/// <summary>Compares what was answered for a member between two moments with what its events say. A window may move on in between: then either is right.</summary>
internal sealed class ActivityCheck(MemberAppliance members, long before, long after)
{
    private const double Tolerance = 1e-9;

    /// <summary>The features that are compared, in a fixed order.</summary>
    public static string[] Features { get; } = [.. ExpectedActivity.At(0, [new MemberEvent(0, 0, "visit", "", "app", 0)]).Keys];

    /// <param name="value">A feature's value and status as they were answered; null is no value.</param>
    /// <param name="onDemandMissing">The status of an on-demand feature without a value.</param>
    public void Check(long member, Func<string, (double? Value, string Status)> value, string onDemandMissing = "NULL_VALUE")
    {
        var events = members.EventsOf(member);
        var (early, late) = (ExpectedActivity.At(before, events), ExpectedActivity.At(after, events));
        foreach (var feature in Features)
        {
            var (found, status) = value(feature);
            if (events.Count == 0)
            {
                Assert.Equal((null, feature.StartsWith("member_social", StringComparison.Ordinal) ? onDemandMissing : "NOT_FOUND"), (found, status));
                continue;
            }
            Assert.True(IsBetween(found, early[feature], late[feature]), $"{feature} of member {member} is {found}; its {events.Count} events say {early[feature]}, a moment later {late[feature]}");
            Assert.Equal(found is null ? "NULL_VALUE" : "PRESENT", status);
        }
    }

    /// <summary>The newest event behind a member's windows, as answers write moments.</summary>
    public string NewestEvent(long member) => DateTimeOffset.UnixEpoch.AddTicks(members.EventsOf(member).Max(e => e.TimeMicros) * 10).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static (double? Value, string Status) Of(JsonElement feature)
    {
        var value = feature.GetProperty("value");
        return (value.ValueKind == JsonValueKind.Null ? null : value.GetDouble(), feature.GetProperty("status").GetString()!);
    }

    // Only what decays lies strictly between; everything else is one of the two, to the last digits of a sum of doubles.
    private static bool IsBetween(double? found, double? early, double? late)
    {
        if (found is null || early is null || late is null) return found == early || found == late;
        var slack = Tolerance * Math.Max(1, Math.Abs(early.Value));
        return found >= Math.Min(early.Value, late.Value) - slack && found <= Math.Max(early.Value, late.Value) + slack;
    }
}
