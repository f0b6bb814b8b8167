namespace Appliance.Host.Rest;

/// <summary>
/// Marks the endpoints of REST. They are served over HTTP/1 alone, which the gRPC port does not speak: whoever closes the REST port has
/// closed REST.
/// </summary>
internal sealed class RestOnly
{
    /// <summary>Middleware behind routing: over HTTP/2 a marked endpoint is not there.</summary>
    public static RequestDelegate RefuseOtherProtocols(RequestDelegate next) => context =>
    {
        if (HttpProtocol.IsHttp2(context.Request.Protocol) && context.GetEndpoint()?.Metadata.GetMetadata<RestOnly>() is not null)
        {
            context.SetEndpoint(null);
        }
        return next(context);
    };
}
