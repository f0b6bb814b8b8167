// Hot path: once per unary call, where callers are asked who they are.
using Appliance.Host.Security.Keys;
using Appliance.Host.Security.Tls;
using Appliance.Http2.Calls;

namespace Appliance.Host.Security.Calls;

/// <summary>
/// The callers of one HTTP/2 connection. Whoever called last is remembered with what they showed: hardly a connection has more than one, and a
/// hash for each call would cost more than the rest of it.
/// </summary>
internal sealed class ConnectionCallers(CallerIdentity identity, CertificateNames? certificate) : UnaryCallers
{
    private byte[] _shown = [];
    private PrincipalTable? _table;
    private Principal? _last;

    public override bool TryAdmit(ReadOnlySpan<byte> authorization, ReadOnlySpan<byte> apiKey, out object? caller, out UnaryRefusal refusal)
    {
        var isAdmitted = TryFind(authorization, apiKey, out var principal, out var refused) && identity.TryPermit(principal, CallKind.Score, out refused);
        caller = isAdmitted ? principal : null;
        refusal = isAdmitted ? default : new UnaryRefusal((int)refused.Reason.ToGrpc(), refused.Message, RetryHint.Of(refused.WaitMilliseconds));
        return isAdmitted;
    }

    private bool TryFind(ReadOnlySpan<byte> authorization, ReadOnlySpan<byte> apiKey, out Principal principal, out Refused refused)
    {
        refused = default;
        var shown = apiKey.IsEmpty ? authorization : apiKey;
        var table = identity.Table;
        // A table that was read anew may know the caller no more.
        if (_last is not null && ReferenceEquals(table, _table) && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(shown, _shown))
        {
            principal = _last;
            return true;
        }
        if (!identity.TryIdentify(authorization, apiKey, certificate, out principal, out refused)) return false;
        (_last, _table, _shown) = (principal, table, shown.ToArray());
        return true;
    }
}
