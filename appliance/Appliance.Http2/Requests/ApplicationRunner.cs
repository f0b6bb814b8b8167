using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Http2.Requests;

/// <summary>The application that the host runs on its server. Thread-safe.</summary>
internal sealed class ApplicationRunner<TContext>(IHttpApplication<TContext> application) : IRequestRunner where TContext : notnull
{
    public async Task RunAsync(IFeatureCollection request)
    {
        var context = application.CreateContext(request);
        try
        {
            await application.ProcessRequestAsync(context);
        }
        catch (Exception e)
        {
            application.DisposeContext(context, e);
            throw;
        }
        application.DisposeContext(context, null);
    }
}
