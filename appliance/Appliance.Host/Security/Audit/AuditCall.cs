namespace Appliance.Host.Security.Audit;

/// <summary>What the audit log says of a call: who makes it, from where, and which. Immutable.</summary>
/// <param name="Roles">Null where nobody is asked who they are.</param>
/// <param name="Subject">Null where the call's name says it all.</param>
internal sealed record AuditCall(string Who, string? Roles, string From, string Call, string? Subject)
{
    // A path or a name that a caller chose: longer ones are no model's.
    private const int MaxText = 512;

    public AuditRecord ToRecord(string happened, long? of, string? outcome) => new()
    {
        Who = Who,
        Roles = Roles,
        From = From,
        Call = Cut(Call),
        Subject = Subject is null ? null : Cut(Subject),
        Event = happened,
        Of = of,
        Outcome = outcome,
    };

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
