// Hot path: one look at the headers per request.
using System.Globalization;
using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Inference.Batching;

namespace Appliance.Host.Rest;

/// <summary>
/// How long the caller of a REST request waits for its answer. HTTP has no header of its own for it; the one that Envoy, and so service meshes
/// built on it, adds to what it passes on is taken.
/// </summary>
internal static class RequestDeadline
{
    /// <summary>Milliseconds, a whole number from 1 up.</summary>
    public const string Header = "x-envoy-expected-rq-timeout-ms";

    /// <summary>Sets the entry's deadline where the header is there. Anything but Ok has set the entry's error.</summary>
    /// <param name="frequency">Timestamp units in a second.</param>
    public static ScoreStatus Apply(HttpRequest request, BatchEntry entry, long frequency)
    {
        if (!request.Headers.TryGetValue(Header, out var value)) return ScoreStatus.Ok;
        if (!long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) || milliseconds == 0)
        {
            return entry.Fail(ScoreStatus.InvalidArgument, $"header {Header} is '{value}'; it must be a whole number of milliseconds from 1 up");
        }
        entry.Deadline = CallDeadline.After(entry.Timings.Received, milliseconds / 1e3, frequency);
        return ScoreStatus.Ok;
    }
}
