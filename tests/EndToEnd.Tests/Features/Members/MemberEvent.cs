namespace EndToEnd.Tests.Features.Members;

/// <summary>One event of samples/synthetic-members, moved in time.</summary>
/// <param name="Row">Its place in the file, and its id.</param>
/// <param name="Amount">As the file has it; empty where the event has none.</param>
internal sealed record MemberEvent(int Row, long Member, string Type, string Amount, string Channel, long TimeMicros)
{
    /// <summary>As POST /api/events takes it.</summary>
    public string Json => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$$"""{"id":"row-{{{Row}}}","source":"member_events","type":"{{{Type}}}","entity":{"member_id":{{{Member}}}},"time":"{{{FeatureCalls.Moment(TimeMicros)}}}","data":{{{{(Amount.Length == 0 ? "" : $"\"amount\":{Amount},")}}}"channel":"{{{Channel}}}"}}""");
}
