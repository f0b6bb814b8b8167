using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using EndToEnd.Tests.Wire;
using TestKit;

namespace EndToEnd.Tests.Contract;

/// <summary>The protocol's own REST description against the binary's answers.</summary>
public sealed class RestContractTests(SharedAppliance shared)
{
    private const string Model = "two_versions";

    private static readonly InferBody Row = new InferBody().WithFlat(TensorValue.OfFloats(OnnxModels.Input, [2, 4], 1, 2, 3, 4, 5, 6, 7, 8)).WithMember("id", "\"42\"");

    [Fact]
    public async Task Every_path_of_theirs_is_answered_as_described()
    {
        var appliance = await shared.StartedAsync();
        var document = new OpenApiDocument(ProtocolDocuments.Rest());
        var answered = 0;
        foreach (var (path, method, operation) in document.Operations)
        {
            var url = Filled(path, "5");
            var reply = method == "get" ? await appliance.GetAsync(url) : await appliance.PostAsync(url, Row.Json);
            Assert.True(reply.Status == HttpStatusCode.OK, $"{method} {path}: {reply.Status} {reply.Body}");
            answered += Check(document, operation, "200", reply, $"{method} {path}");
            // "The version" of a URL is optional.
            var unversioned = url.Replace("/versions/5", "", StringComparison.Ordinal);
            reply = method == "get" ? await appliance.GetAsync(unversioned) : await appliance.PostAsync(unversioned, Row.Json);
            Assert.True(reply.Status == HttpStatusCode.OK, $"{method} {unversioned}: {reply.Status} {reply.Body}");
            Check(document, operation, "200", reply, $"{method} {unversioned}");
        }
        // Server metadata, model metadata and inference have a schema; the probes have a status alone.
        Assert.Equal(3, answered);
    }

    [Fact]
    public async Task Errors_have_the_body_that_theirs_have()
    {
        var appliance = await shared.StartedAsync();
        var document = new OpenApiDocument(ProtocolDocuments.Rest());
        var schema = document.Resolve("#/components/schemas/inference_error_response");
        foreach (var reply in new[]
        {
            await appliance.PostAsync($"/v2/models/{Model}/infer", "{}"),
            await appliance.PostAsync($"/v2/models/{Model}/versions/9/infer", Row.Json),
            await appliance.GetAsync("/v2/models/nobody"),
        })
        {
            Assert.InRange((int)reply.Status, 400, 499);
            Assert.Empty(document.Validate(schema, reply.Body));
            Assert.NotEmpty(reply.Error());
        }
    }

    [Fact]
    public async Task A_request_that_their_schema_allows_is_scored_and_its_id_comes_back()
    {
        var appliance = await shared.StartedAsync();
        var document = new OpenApiDocument(ProtocolDocuments.Rest());
        Assert.Empty(document.Validate(document.Resolve("#/components/schemas/inference_request"), JsonDocument.Parse(Row.Json).RootElement));
        var reply = await appliance.PostAsync($"/v2/models/{Model}/infer", Row.Json);
        Assert.Equal("42", reply.Body.GetProperty("id").GetString());
        Assert.Equal([5, 10, 15, 20, 25, 30, 35, 40], Assert.Single(reply.Outputs()).As<float>());
    }

    [Fact]
    public async Task Probes_say_what_the_protocols_text_says()
    {
        var appliance = await shared.StartedAsync();
        Assert.Equal("""{"live":true}""", (await appliance.GetAsync("/v2/health/live")).Body.GetRawText());
        Assert.Equal("""{"ready":true}""", (await appliance.GetAsync("/v2/health/ready")).Body.GetRawText());
        Assert.Equal($$"""{"name":"{{Model}}","ready":true}""", (await appliance.GetAsync($"/v2/models/{Model}/ready")).Body.GetRawText());
        var unknown = await appliance.GetAsync("/v2/models/nobody/ready");
        Assert.Equal((HttpStatusCode.BadRequest, """{"name":"nobody","ready":false}"""), (unknown.Status, unknown.Body.GetRawText()));
    }

    /// <returns>1 where the description has a schema for the answer.</returns>
    private static int Check(OpenApiDocument document, JsonElement operation, string status, RestReply reply, string call)
    {
        if (!operation.GetProperty("responses").GetProperty(status).TryGetProperty("content", out var content)) return 0;
        var errors = document.Validate(content.GetProperty("application/json").GetProperty("schema"), reply.Body);
        Assert.True(errors.Count == 0, $"{call}: {string.Join("; ", errors)}");
        return 1;
    }

    private static string Filled(string path, string version) =>
        path.Replace("${MODEL_NAME}", Model, StringComparison.Ordinal).Replace("${MODEL_VERSION}", version, StringComparison.Ordinal);
}
