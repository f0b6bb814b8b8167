// Hot path: two look-ups per request.
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest;

/// <summary>Takes from a request's headers who its caller is and which version is to answer.</summary>
internal static class RoutingHeaders
{
    /// <summary>Anything but Ok has set the entry's error. Called once the version that the request itself asks for is known.</summary>
    public static ScoreStatus Take(IHeaderDictionary headers, BatchEntry entry)
    {
        if (headers.TryGetValue(CallerKey.Header, out var keys) && !CallerKey.TrySet(entry, keys.ToString())) return RequestRouting.RefuseKey(entry);
        if (!headers.TryGetValue(RequestRouting.VersionHeader, out var versions)) return ScoreStatus.Ok;
        return RequestRouting.Take(entry, default, Encoding.UTF8.GetBytes(versions.ToString()));
    }
}
