using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Http2.Tests.Conformance;

/// <summary>Reads a request's body to its end and sends it back, with trailers. Thread-safe: it holds nothing.</summary>
public sealed class EchoApplication : IHttpApplication<IFeatureCollection>
{
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        if (context.GetRequiredFeature<IHttpRequestFeature>().Path == ServerUnderTest.HoldingPath)
        {
            // Never reads the body and never answers: the client or the server must end this.
            var aborted = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
            await Task.Delay(Timeout.Infinite, aborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }
        var body = new MemoryStream();
        await context.GetRequiredFeature<IHttpRequestFeature>().Body.CopyToAsync(body);
        var response = context.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = 200;
        response.Headers.ContentType = "application/grpc";
        context.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers["grpc-status"] = "0";
        if (body.Length > 0)
        {
            await context.GetRequiredFeature<IHttpResponseBodyFeature>().Stream.WriteAsync(body.ToArray());
        }
    }

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }
}
