namespace Appliance.Scoring.Traffic;

/// <summary>Who gets what a single share below 100 % leaves over: the version that has the requests now. Pure.</summary>
public static class RemainderPolicy
{
    /// <summary>Null, or why nobody can be told who gets the rest.</summary>
    /// <param name="route">Where the model's requests go now; null for nowhere.</param>
    /// <param name="setting">How they are split; null where they are not.</param>
    /// <param name="whole">The request with the share of the rest; the request itself where it is not one share that leaves a rest.</param>
    public static TrafficFault? Complete(string model, TrafficRequest request, ModelRoute? route, TrafficSetting? setting, out TrafficRequest whole)
    {
        whole = request;
        if (request.Arms is not [{ Version: > 0, BasisPoints: >= 0 and < BucketMap.Buckets } share]) return null;
        var others = OthersOf(share.Version, route, setting);
        if (others is [var other])
        {
            whole = request with { Arms = [new(other, BucketMap.Buckets - share.BasisPoints), share] };
            return null;
        }
        var why = others.Count > 1 ? $"versions {string.Join(", ", others.Order())} share the others now"
            : route is null ? "no version has the others"
            : $"version {share.Version} has every request already";
        return new("arms", $"version {share.Version} of model '{model}' is to have {Percent.Text(share.BasisPoints)} percent, and {why}; say what each version gets, 100 in all");
    }

    /// <summary>The versions beside one that get requests now.</summary>
    internal static List<long> OthersOf(long version, ModelRoute? route, TrafficSetting? setting) => setting is not null
        ? [.. setting.Arms.Where(a => a.BasisPoints > 0 && a.Version != version).Select(a => a.Version)]
        : route is { Version: > 0 } && route.Version != version ? [route.Version] : [];
}
