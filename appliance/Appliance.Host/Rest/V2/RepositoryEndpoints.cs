using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Rest.V2;

/// <summary>The model repository extension: index, load, unload.</summary>
internal sealed class RepositoryEndpoints(IModelLifecycle lifecycle, BodyLimit limit)
{
    public Task IndexAsync(HttpContext context) => WithBodyAsync(context, async body =>
    {
        var status = RepositoryRequest.ReadIndex(body.Bytes, out var readyOnly, out var error);
        if (status != ScoreStatus.Ok)
        {
            await V2Error.SendAsync(context, status, error);
            return;
        }
        var versions = lifecycle.Index().Where(v => !readyOnly || v.State == ModelState.Ready);
        await JsonReply.SendAsync(context, StatusCodes.Status200OK, versions, static (json, all) =>
        {
            json.WriteStartArray();
            foreach (var version in all) IndexJson.Write(json, version);
            json.WriteEndArray();
        });
    });

    public Task LoadAsync(HttpContext context) => WithBodyAsync(context, async body =>
    {
        var status = RepositoryRequest.ReadLoad(body.Bytes, out var parameters, out var error);
        await AnswerAsync(context, status == ScoreStatus.Ok
            ? await lifecycle.LoadAsync(ModelOf(context), parameters, context.RequestAborted)
            : new AdminResult(status, error));
    });

    public Task UnloadAsync(HttpContext context) => WithBodyAsync(context, async body =>
    {
        var status = RepositoryRequest.ReadUnload(body.Bytes, out var dependents, out var error);
        await AnswerAsync(context, status == ScoreStatus.Ok
            ? await lifecycle.UnloadAsync(ModelOf(context), dependents, context.RequestAborted)
            : new AdminResult(status, error));
    });

    private async Task WithBodyAsync(HttpContext context, Func<RequestBody, Task> handle)
    {
        if (context.Request.RouteValues["repository"] is string repository)
        {
            await V2Error.SendAsync(context, ScoreStatus.Unsupported, $"repository_name is '{repository}'; there is one repository, without a name");
            return;
        }
        var body = RequestBody.Rent();
        try
        {
            var status = await body.ReadAsync(context, limit);
            await (status == ScoreStatus.Ok ? handle(body) : V2Error.SendAsync(context, status, body.Error));
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    private static Task AnswerAsync(HttpContext context, AdminResult result) => result.Succeeded
        ? JsonReply.SendAsync(context, StatusCodes.Status200OK, 0, static (json, _) =>
        {
            json.WriteStartObject();
            json.WriteEndObject();
        })
        : V2Error.SendAsync(context, result.Status, result.Error);

    private static string ModelOf(HttpContext context) => (string)context.Request.RouteValues["model"]!;
}
