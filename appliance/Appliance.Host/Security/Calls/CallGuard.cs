using System.Globalization;
using System.Net;
using Appliance.Host.Security.Audit;
using Appliance.Host.Security.Keys;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Host.Security.Calls;

/// <summary>
/// Stands in front of calls: finds out who calls, whether they may, and writes administration down. Where nobody is asked who they are,
/// administration is taken from this machine alone and every other call is not looked at. Thread-safe.
/// </summary>
/// <param name="identity">Null where nobody is asked.</param>
/// <param name="audit">Null where nothing is written down.</param>
internal sealed class CallGuard(SecurityMetrics metrics, RefusalReply reply, CallerIdentity? identity = null, AuditLog? audit = null)
{
    /// <summary>Who is meant where nobody is asked.</summary>
    public const string Local = "local";

    // Route parameters that name a model.
    private static readonly string[] ModelParameters = ["model", "modelName"];

    // What proxies say of whom they speak for.
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host", "X-Forwarded-Proto"];

    /// <summary>Puts the guard in front of every endpoint of a group.</summary>
    public void Protect(IEndpointConventionBuilder endpoints) => endpoints.Finally(endpoint =>
    {
        if (endpoint is not RouteEndpointBuilder { RequestDelegate: { } call } route) return;
        var grpc = route.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault();
        if (grpc is null) route.RequestDelegate = Guarded(call, KindOf(route));
        // What has no method is gRPC's own answer to calls that do not exist.
        else route.RequestDelegate = Guarded(call, CallKinds.OfGrpc(grpc.Method.FullName) ?? CallKind.Admin, isGrpc: true);
    });

    /// <summary>The call itself where it needs no guard.</summary>
    /// <param name="isGrpc">A gRPC call's model stands in its messages, and <see cref="GrpcGuard"/> looks there; it writes administration down as well.</param>
    public RequestDelegate Guarded(RequestDelegate call, CallKind kind, bool isGrpc = false)
    {
        if (kind == CallKind.Open || (identity is null && !kind.IsAdministration())) return call;
        return context => HandleAsync(context, call, kind, isGrpc);
    }

    /// <summary>What the audit log says of a call.</summary>
    public static AuditCall Describe(HttpContext context, string call, string? subject)
    {
        var principal = context.Features.Get<Principal>();
        return new AuditCall(principal?.Name ?? Local, principal?.Roles, FromOf(context), call, subject);
    }

    private Task HandleAsync(HttpContext context, RequestDelegate call, CallKind kind, bool isGrpc)
    {
        var administers = kind.IsAdministration() && audit is not null;
        if (!TryTake(context, kind, isGrpc, out var refused))
        {
            // Whoever is not known could fill the log.
            if (administers && context.Features.Get<Principal>() is not null) audit!.Refused(Describe(context, NameOf(context), null), refused.Reason.Word());
            return reply.SendAsync(context, refused);
        }
        return administers && !isGrpc ? WriteDownAsync(context, call) : call(context);
    }

    private bool TryTake(HttpContext context, CallKind kind, bool isGrpc, out Refused refused)
    {
        if (identity is null)
        {
            refused = default;
            if (IsLocal(context)) return true;
            refused = Refused.NotLocal;
            metrics.Called(refused.Reason);
            return false;
        }
        if (!identity.TryIdentify(context, out var principal, out refused)) return false;
        context.Features.Set(principal);
        return identity.TryPermit(principal, kind, out refused) && (isGrpc || identity.TryPermitModel(principal, ModelOf(context), out refused));
    }

    private async Task WriteDownAsync(HttpContext context, RequestDelegate call)
    {
        var described = Describe(context, NameOf(context), null);
        if (audit!.TryBegin(described) is not { } begun)
        {
            metrics.Called(Refusal.Audit);
            await reply.SendAsync(context, Refused.Audit);
            return;
        }
        var outcome = "failed";
        try
        {
            await call(context);
            outcome = context.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
        }
        finally
        {
            audit.End(described, begun, outcome);
        }
    }

    // A proxy on this machine speaks for somebody who may be anywhere.
    private static bool IsLocal(HttpContext context)
    {
        if (ProxyHeaders.Any(context.Request.Headers.ContainsKey)) return false;
        // Without an address the caller is in this process.
        return context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    private static CallKind KindOf(RouteEndpointBuilder route)
    {
        var methods = route.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods;
        return CallKinds.OfRoute(route.RoutePattern.RawText ?? "", methods is [var method] ? method : null) ?? CallKind.Admin;
    }

    private static string? ModelOf(HttpContext context)
    {
        foreach (var parameter in ModelParameters)
        {
            if (context.Request.RouteValues[parameter] is string model) return model;
        }
        return null;
    }

    private static string FromOf(HttpContext context) => context.Connection.RemoteIpAddress is { } address
        ? new IPEndPoint(address, context.Connection.RemotePort).ToString()
        : Local;

    private static string NameOf(HttpContext context) => $"{context.Request.Method} {context.Request.Path}";
}
