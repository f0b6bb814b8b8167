// Hot path: chooses between the two ways that a request can go.
using Appliance.Host.Health;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Host.Grpc;

/// <summary>
/// Takes ModelInfer calls where the server hands requests over, so that no HttpContext and no middleware is made for them.
/// Every other request goes to the host's own application. Stateless, thread-safe.
/// </summary>
internal sealed class InferFirstApplication<TContext>(IHttpApplication<TContext> host, ModelInferHandler infer, GracefulStop stop) : IHttpApplication<object> where TContext : notnull
{
    /// <summary>The request itself for a ModelInfer call, the host's context for any other.</summary>
    public object CreateContext(IFeatureCollection contextFeatures)
    {
        stop.Note(contextFeatures);
        var request = contextFeatures.GetRequiredFeature<IHttpRequestFeature>();
        // gRPC is HTTP/2, which only its own port speaks.
        return request.Path == ModelInferHandler.Path && HttpProtocol.IsHttp2(request.Protocol) ? contextFeatures : host.CreateContext(contextFeatures);
    }

    public Task ProcessRequestAsync(object context) =>
        context is IFeatureCollection call ? infer.HandleAsync(call) : host.ProcessRequestAsync((TContext)context);

    public void DisposeContext(object context, Exception? exception)
    {
        if (context is not IFeatureCollection) host.DisposeContext((TContext)context, exception);
    }
}
