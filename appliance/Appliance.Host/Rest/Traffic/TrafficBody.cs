using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Appliance.Inference.Repository;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest.Traffic;

/// <summary>Reads how somebody wants requests split.</summary>
internal static class TrafficBody
{
    /// <summary>Null, or why the body is refused. Sums and ranges are checked by the control.</summary>
    public static TrafficFault? Parse(ReadOnlyMemory<byte> body, out TrafficRequest request)
    {
        request = new TrafficRequest([], [], "", "");
        if (!TryDocument(body, out var document, out var fault)) return fault;
        using (document)
        {
            if (BodyMembers.Of(document.RootElement, "a split", "", ["arms", "shadows", "author", "reason"], out fault) is not { } members) return fault;
            var arms = members.Elements("arms").Select((e, i) => Arm(e, i, members)).ToArray();
            var shadows = members.Elements("shadows").Select((e, i) => Shadow(e, i, members)).ToArray();
            request = new TrafficRequest(arms, shadows, members.Text("author"), members.Text("reason"));
            return members.Fault;
        }
    }

    /// <summary>Reads a body as JSON; false with what is wrong with it.</summary>
    public static bool TryDocument(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out JsonDocument? document, out TrafficFault? fault)
    {
        document = null;
        fault = null;
        try
        {
            document = JsonDocument.Parse(body);
            if (JsonUnicode.IsWhole(body.Span)) return true;
            document.Dispose();
            fault = new("", "the body holds text that is no Unicode");
            return false;
        }
        catch (JsonException e)
        {
            fault = new("", $"the body is not JSON that can be read here: {e.Message}");
            return false;
        }
    }

    private static TrafficShare Arm(JsonElement element, int at, BodyMembers all)
    {
        var members = BodyMembers.Of(element, "an arm", $"arms[{at}].", ["version", "percent"], out var fault);
        all.Refuse(fault);
        if (members is null) return new(0, 0);
        members.Need("version", "a whole number from 1");
        members.Need("percent", Percent.Rule);
        var share = new TrafficShare(members.Whole("version", 0), members.BasisPoints("percent", 0));
        all.Refuse(members.Fault);
        return share;
    }

    private static ShadowShare Shadow(JsonElement element, int at, BodyMembers all)
    {
        var members = BodyMembers.Of(element, "a shadow", $"shadows[{at}].", ["version", "percent", "tolerance"], out var fault);
        all.Refuse(fault);
        if (members is null) return new(0, 0, 0);
        members.Need("version", "a whole number from 1");
        var share = new ShadowShare(
            members.Whole("version", 0), members.BasisPoints("percent", BucketMap.Buckets), members.Number("tolerance", ShadowShare.DefaultTolerance) ?? ShadowShare.DefaultTolerance);
        all.Refuse(members.Fault);
        return share;
    }
}
