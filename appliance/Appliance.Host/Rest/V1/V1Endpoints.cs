using Appliance.Host.Rest.V2;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.V1;

/// <summary>KServe's first protocol: the table of contents of <c>/v1</c>. Needs what <see cref="V2Endpoints"/> needs.</summary>
internal static class V1Endpoints
{
    public static void MapV1(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var models = new V1ModelsEndpoint(services.GetRequiredService<ModelDirectory>(), services.GetRequiredService<TrafficTable>());
        var predict = new V1PredictEndpoint(services.GetRequiredService<ScoringPipeline>(), services.GetRequiredService<IOptions<RestOptions>>().Value.BodyLimit);
        var map = new MethodRoutes(routes, V2Error.MethodNotAllowedAsync);
        map.Get("/v1/models", models.ListAsync);
        map.Post("/v1/models/{model}:predict", predict.HandleAsync);
        map.Any("/v1/models/{model}:explain", static c => V2Error.UnsupportedAsync(c, "the explain verb"));
        map.Get("/v1/models/{model}", models.ReadyAsync);
        map.Any("/v1/{**rest}", V2Error.UnknownUrlAsync);
    }
}
