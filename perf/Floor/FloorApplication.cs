// Hot path: everything here runs once a request.
using System.IO.Pipelines;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Floor;

/// <summary>
/// Answers every call with one fixed message: what HTTP/2 and gRPC framing cost when nothing is parsed, routed or computed.
/// It sits where Kestrel hands over a request, so not even an HttpContext is made. Stateless, thread-safe.
/// </summary>
internal sealed class FloorApplication(byte[] frame) : IHttpApplication<IFeatureCollection>
{
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(IFeatureCollection context)
    {
        await ReadToEndAsync(context.GetRequiredFeature<IRequestBodyPipeFeature>().Reader);

        context.GetRequiredFeature<IHttpResponseFeature>().Headers.ContentType = "application/grpc";
        context.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers["grpc-status"] = "0";
        var writer = context.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        frame.CopyTo(writer.GetSpan(frame.Length));
        writer.Advance(frame.Length);
    }

    private static async ValueTask ReadToEndAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
