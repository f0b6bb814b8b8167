namespace Appliance.Inference.Lifecycle;

/// <summary>How an administrative call ended.</summary>
/// <param name="Error">For the caller, when the status is not Ok.</param>
/// <param name="Version">The version routed to now, where the call is about routing.</param>
/// <param name="PreviousVersion">The version routed to before.</param>
public sealed record AdminResult(ScoreStatus Status, string? Error = null, long Version = 0, long PreviousVersion = 0)
{
    public static AdminResult Ok { get; } = new(ScoreStatus.Ok);

    public bool Succeeded => Status == ScoreStatus.Ok;
}
