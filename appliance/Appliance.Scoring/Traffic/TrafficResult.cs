using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace Appliance.Scoring.Traffic;

/// <summary>How a call about traffic ended.</summary>
/// <param name="Setting">What is in force now; null where nothing is split.</param>
/// <param name="Field">The member at fault, where one is.</param>
public sealed record TrafficResult(ScoreStatus Status, TrafficSetting? Setting, string? Error = null, string? Field = null)
{
    public bool Succeeded => Status == ScoreStatus.Ok;

    internal static TrafficResult Refused(TrafficFault fault) => new(ScoreStatus.InvalidArgument, null, fault.Message, fault.Field);

    internal static TrafficResult Of(AdminResult result, TrafficSetting? setting) => new(result.Status, setting, result.Error);
}
