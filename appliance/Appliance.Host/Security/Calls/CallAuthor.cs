using Appliance.Host.Security.Keys;
using Appliance.Scoring.Traffic;
using Grpc.Core;

namespace Appliance.Host.Security.Calls;

/// <summary>Who is written down as the author of a change: whoever the audit log names, not whoever the caller says that they are. Pure.</summary>
internal static class CallAuthor
{
    /// <summary>
    /// The caller's principal, with the author that the call states beside it: <c>ops (stated: ann)</c>. Where nobody is asked who they are, the stated author alone, which may be
    /// empty or too long: that is for the change's own rules to refuse.
    /// </summary>
    public static string Of(HttpContext context, string stated)
    {
        if (context.Features.Get<Principal>() is not { } principal) return stated;
        if (string.IsNullOrWhiteSpace(stated) || stated == principal.Name) return principal.Name;
        var both = $"{principal.Name} (stated: {stated})";
        // Two names that are each as long as they may be do not fit; what is proved stays.
        return both.Length > TrafficRules.MaxAuthor && stated.Length <= TrafficRules.MaxAuthor ? principal.Name : both;
    }

    /// <inheritdoc cref="Of(HttpContext, string)"/>
    public static string Of(ServerCallContext context, string stated) => Of(context.GetHttpContext(), stated);

    /// <summary>Of a call that states no author: the caller's principal, or what the audit log says where nobody is asked.</summary>
    public static string Of(HttpContext context) => Of(context, "") is { Length: > 0 } name ? name : CallGuard.Local;

    /// <inheritdoc cref="Of(HttpContext)"/>
    public static string Of(ServerCallContext context) => Of(context.GetHttpContext());
}
