using Appliance.Scoring;

namespace Appliance.Host.Rest.Business;

/// <summary>The header that carries a request's id in and out.</summary>
internal static class RequestIdHeader
{
    public const string Name = "X-Request-Id";

    /// <summary>The caller's id, or a new one where there is none that can be sent back: tracing must not make a call fail.</summary>
    public static string Of(HttpRequest request)
    {
        var values = request.Headers[Name];
        return values.Count == 1 && Fits(values[0]!) ? values[0]! : RequestIds.Next();
    }

    /// <summary>Whether the id can stand in a header: printable ASCII, not too long.</summary>
    public static bool Fits(string id) => id.Length is > 0 and <= RequestIds.MaxLength && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}
