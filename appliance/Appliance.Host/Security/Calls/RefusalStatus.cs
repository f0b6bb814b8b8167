using System.Diagnostics;
using Grpc.Core;

namespace Appliance.Host.Security.Calls;

/// <summary>The one place where a refusal becomes a status.</summary>
internal static class RefusalStatus
{
    public static int ToHttp(this Refusal refusal) => refusal switch
    {
        Refusal.NoCredentials or Refusal.UnknownKey or Refusal.UnknownCertificate => StatusCodes.Status401Unauthorized,
        Refusal.Role or Refusal.Model or Refusal.NotLocal => StatusCodes.Status403Forbidden,
        Refusal.Rate => StatusCodes.Status429TooManyRequests,
        Refusal.Audit => StatusCodes.Status503ServiceUnavailable,
        _ => throw new UnreachableException($"refusal {refusal}"),
    };

    public static StatusCode ToGrpc(this Refusal refusal) => refusal switch
    {
        Refusal.NoCredentials or Refusal.UnknownKey or Refusal.UnknownCertificate => StatusCode.Unauthenticated,
        Refusal.Role or Refusal.Model or Refusal.NotLocal => StatusCode.PermissionDenied,
        Refusal.Rate => StatusCode.ResourceExhausted,
        Refusal.Audit => StatusCode.Unavailable,
        _ => throw new UnreachableException($"refusal {refusal}"),
    };

    /// <summary>As metrics and the audit log call it.</summary>
    public static string Word(this Refusal refusal) => refusal switch
    {
        Refusal.None => "authenticated",
        Refusal.NoCredentials => "no_credentials",
        Refusal.UnknownKey => "unknown_key",
        Refusal.UnknownCertificate => "unknown_certificate",
        Refusal.Role => "role",
        Refusal.Model => "model",
        Refusal.Rate => "rate",
        Refusal.NotLocal => "not_local",
        Refusal.Audit => "audit",
        _ => throw new UnreachableException($"refusal {refusal}"),
    };
}
