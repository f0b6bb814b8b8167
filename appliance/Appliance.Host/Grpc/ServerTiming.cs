// Hot path: one per answered call.
using System.Globalization;
using Appliance.Scoring;

namespace Appliance.Host.Grpc;

/// <summary>The phases of a call as the trailer <c>server-timing</c>, in milliseconds.</summary>
internal static class ServerTiming
{
    public const string Trailer = "server-timing";

    public static string Of(in PhaseTimings timings) => string.Create(
        CultureInfo.InvariantCulture,
        $"decode;dur={timings.DecodeMs:0.###}, features;dur={timings.FeaturesMs:0.###}, queue;dur={timings.QueueMs:0.###}, "
        + $"infer;dur={timings.InferMs:0.###}, encode;dur={timings.EncodeMs:0.###}");
}
