using System.Text;
using Appliance.Host.Security.Keys;
using Appliance.Host.Security.Tls;

namespace Appliance.Host.Security.Calls;

/// <summary>Finds out who a caller is, and whether the call may be made. Thread-safe.</summary>
internal sealed class CallerIdentity(Principals principals, SecurityMetrics metrics)
{
    // Longer than any key with its scheme.
    private const int MaxCredential = 256;

    /// <summary>The principals in force: what was found out of one table need not be so of the next.</summary>
    public PrincipalTable Table => principals.Current;

    /// <summary>Who makes a request over HTTP.</summary>
    public bool TryIdentify(HttpContext context, out Principal principal, out Refused refused)
    {
        Span<byte> authorization = stackalloc byte[MaxCredential];
        Span<byte> apiKey = stackalloc byte[MaxCredential];
        authorization = authorization[..Write(context.Request.Headers.Authorization, authorization)];
        apiKey = apiKey[..Write(context.Request.Headers["x-api-key"], apiKey)];
        return TryIdentify(authorization, apiKey, context.Features.Get<CertificateNames>(), out principal, out refused);
    }

    /// <summary>Who shows these: a key where there is one, else a certificate.</summary>
    public bool TryIdentify(ReadOnlySpan<byte> authorization, ReadOnlySpan<byte> apiKey, CertificateNames? certificate, out Principal principal, out Refused refused)
    {
        var key = ApiKey.Shown(authorization, apiKey);
        var found = !key.IsEmpty ? Table.FindByKey(key) : certificate is not null ? Table.FindByCertificate(certificate) : null;
        principal = found!;
        refused = default;
        if (found is not null) return true;
        refused = !key.IsEmpty ? Refused.UnknownKey : certificate is not null ? Refused.UnknownCertificate : Refused.NoCredentials;
        metrics.Called(refused.Reason);
        return false;
    }

    /// <summary>Whether a principal may make a call of a kind now. Takes it from the principal's budget.</summary>
    public bool TryPermit(Principal principal, CallKind kind, out Refused refused)
    {
        refused = default;
        var needed = kind.Needs();
        if ((principal.Rights & needed) != needed) refused = Refused.OfRole(principal, needed);
        else if (principal.Budget is { } budget && !budget.TryTake(out var wait)) refused = Refused.OfRate(principal, wait);
        metrics.Called(refused.Reason);
        return refused.Reason == Refusal.None;
    }

    /// <summary>Whether a principal may make a call about a model. Once the call is permitted.</summary>
    /// <param name="model">Null for a call that is about none, or about all.</param>
    public bool TryPermitModel(Principal principal, string? model, out Refused refused)
    {
        refused = default;
        if (principal.MayUse(model)) return true;
        refused = Refused.OfModel(principal, model);
        metrics.Called(refused.Reason);
        return false;
    }

    private static int Write(string? value, Span<byte> into)
    {
        if (string.IsNullOrEmpty(value)) return 0;
        // What does not fit is no key, and is not looked up as one.
        return Encoding.Latin1.GetBytes(value.AsSpan(0, Math.Min(value.Length, into.Length)), into);
    }
}
