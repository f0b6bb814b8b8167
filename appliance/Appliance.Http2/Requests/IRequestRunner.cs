using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Http2.Requests;

/// <summary>Takes a request through the application.</summary>
internal interface IRequestRunner
{
    /// <summary>Completes once the application is done with the request; fails as the application does.</summary>
    Task RunAsync(IFeatureCollection request);
}
