using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Host.Tests.Grpc;

/// <summary>Notes the paths of the requests that the host's application gets, and answers them with 299. Thread-safe.</summary>
internal sealed class RecordingApplication : IHttpApplication<IFeatureCollection>
{
    private readonly ConcurrentQueue<string> _paths = new();

    public IReadOnlyList<string> Paths => [.. _paths];

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public Task ProcessRequestAsync(IFeatureCollection context)
    {
        _paths.Enqueue(context.GetRequiredFeature<IHttpRequestFeature>().Path);
        context.GetRequiredFeature<IHttpResponseFeature>().StatusCode = 299;
        return Task.CompletedTask;
    }

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }
}
