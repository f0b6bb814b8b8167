namespace Appliance.Scoring.Traffic;

/// <summary>How requests are shared out when a version is deployed as a canary. Pure.</summary>
public static class CanaryPolicy
{
    /// <summary>What the share of a canary must be.</summary>
    public const string Rule = "above 0 and below 100, in steps of 0.01";

    /// <summary>Null, or the member at fault and what is wrong with it.</summary>
    /// <param name="basisPoints">The canary's share in hundredths of a percent.</param>
    /// <param name="route">Where the model's requests go now; null for nowhere.</param>
    /// <param name="setting">How they are split; null where they are not.</param>
    /// <param name="request">The split to make: the version that answers now keeps the rest.</param>
    public static TrafficFault? Plan(
        string model, long version, int basisPoints, ModelRoute? route, TrafficSetting? setting, string author, string reason, out TrafficRequest request)
    {
        request = new TrafficRequest([], [], author, reason);
        if (basisPoints is < 1 or >= BucketMap.Buckets) return new("canary", $"canary is {Percent.Text(basisPoints)}; it must be {Rule}");
        // A repeated call finds the canary among the arms: it may get another share.
        var others = RemainderPolicy.OthersOf(version, route, setting);
        if (others.Count == 0)
        {
            return route is null
                ? new("canary", $"canary is {Percent.Text(basisPoints)}, and model '{model}' has no version that answers the rest; deploy its first version without")
                : new("canary", $"canary is {Percent.Text(basisPoints)}, and version {version} has every request of model '{model}' already");
        }
        if (others.Count > 1 || setting is { Shadows.Count: > 0 })
        {
            return new("canary", $"canary is {Percent.Text(basisPoints)}, and the requests of model '{model}' are split or copied for other versions already; change the shares or give them back first");
        }
        request = new TrafficRequest([new(others[0], BucketMap.Buckets - basisPoints), new(version, basisPoints)], [], author, reason);
        return TrafficRules.Check(request);
    }
}
