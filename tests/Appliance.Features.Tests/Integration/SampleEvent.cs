using System.Globalization;

namespace Appliance.Features.Tests.Integration;

/// <summary>One event of the sample members.</summary>
internal sealed record SampleEvent(int Line, string RawTime, long Member, string Type, string RawAmount, string Channel)
{
    public DateTimeOffset Time { get; } = DateTimeOffset.Parse(RawTime, CultureInfo.InvariantCulture);

    public double Amount => RawAmount.Length == 0 ? 0 : double.Parse(RawAmount, CultureInfo.InvariantCulture);

    public string ToJson()
    {
        var amount = RawAmount.Length == 0 ? "" : $"\"amount\":{RawAmount},";
        return $$$"""{"id":"{{{Line}}}","source":"member_events","type":"{{{Type}}}","entity":{"member_id":{{{Member}}}},"time":"{{{RawTime}}}","data":{{{{amount}}}"channel":"{{{Channel}}}"}}""";
    }
}
