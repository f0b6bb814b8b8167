using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest.Traffic;

/// <summary>Reads who makes a change, and why, where that is all that a call needs to know.</summary>
internal static class WhoBody
{
    /// <summary>Null, or why the body is refused.</summary>
    public static TrafficFault? Parse(ReadOnlyMemory<byte> body, out string author, out string reason)
    {
        (author, reason) = ("", "");
        if (!TrafficBody.TryDocument(body, out var document, out var fault)) return fault;
        using (document)
        {
            if (BodyMembers.Of(document.RootElement, "this call", "", ["author", "reason"], out fault) is not { } members) return fault;
            (author, reason) = (members.Text("author"), members.Text("reason"));
            return members.Fault;
        }
    }
}
