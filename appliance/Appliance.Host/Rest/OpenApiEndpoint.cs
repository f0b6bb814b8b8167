using Appliance.Host.Rest.V2;

namespace Appliance.Host.Rest;

/// <summary>Serves the hand-written description of this HTTP interface.</summary>
internal static class OpenApiEndpoint
{
    private const string Resource = "openapi.json";

    /// <summary>Maps <c>GET /openapi.json</c>.</summary>
    public static void MapOpenApi(this IEndpointRouteBuilder routes)
    {
        var document = Read();
        new MethodRoutes(routes, V2Error.MethodNotAllowedAsync).Get("/openapi.json", context =>
        {
            context.Response.ContentType = "application/json";
            return ReplyBody.SendAsync(context, document);
        });
    }

    private static byte[] Read()
    {
        using var stream = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream(Resource)
            ?? throw new System.Diagnostics.UnreachableException($"resource {Resource} is not in the assembly");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
