using System.Net;
using System.Text.Json;
using Contracts;
using TestKit;

namespace Appliance.Host.Tests.Features;

public sealed class RegistryRestTests
{
    private const string Plan = "/api/feature-registry/plan", Apply = "/api/feature-registry/apply";
    private const string Widened = """{"featureViews":[{"name":"pair","kind":"batch","entities":["user","shop"],"source":"pair_push","features":[{"name":"visits","type":"int32","description":"Counted."}]}]}""";

    [Fact]
    public async Task A_plan_says_what_would_change_and_changes_nothing()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal(
            """{"outcome":"planned","message":"1 object would change","revision":1,"errors":[],"changes":[{"kind":"feature-view","name":"pair","change":"changed","fields":[{"path":"features.visits.description","new":"\"Counted.\""}]}],"verdicts":[{"kind":"feature-view","name":"pair","path":"features.visits.description","breaking":false,"reason":"no value depends on it","breaks":[],"services":[],"models":[]}],"brokenModels":[],"newVersions":[{"kind":"feature-view","name":"pair","version":2}]}""",
            FeatureHost.Data(await host.PostAsync(Plan, $$"""{"definitions":{{Widened}}}""")));
        Assert.Equal(1, host.Platform.Registry.State.Revision);
    }

    [Fact]
    public async Task An_apply_makes_new_versions_with_author_and_reason()
    {
        await using var host = await FeatureHost.StartAsync();
        var done = Json(FeatureHost.Data(await host.PostAsync(Apply, $$"""{"definitions":{{Widened}},"author":"ann","reason":"say what it is","mode":"merge","expectedRevision":1}""")));
        Assert.Equal(("applied", 2), (done.GetProperty("outcome").GetString(), done.GetProperty("revision").GetInt32()));
        var described = Json(FeatureHost.Data(await host.GetAsync("/api/feature-registry/feature-view/pair")));
        Assert.False(described.GetProperty("deleted").GetBoolean());
        Assert.Equal(2, described.GetProperty("versions").GetArrayLength());
        var second = described.GetProperty("versions")[1];
        Assert.Equal(("ann", "say what it is", 2), (second.GetProperty("author").GetString(), second.GetProperty("reason").GetString(), second.GetProperty("revision").GetInt32()));
        Assert.Equal("""[{"path":"features.visits.description","new":"\"Counted.\""}]""", second.GetProperty("diff").GetRawText());
        var again = Json(FeatureHost.Data(await host.PostAsync(Apply, $$"""{"definitions":{{Widened}},"author":"ann","reason":"again"}""")));
        Assert.Equal("unchanged", again.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Every_error_of_the_definitions_is_told()
    {
        await using var host = await FeatureHost.StartAsync();
        const string Wrong = """{"definitions":{"entities":[{"name":"BAD NAME","joinKeys":[{"name":"k","type":"int65"}]}],"sources":[{"name":"s","kind":"none"}]},"author":"ann","reason":"r"}""";
        foreach (var call in new[] { Plan, Apply })
        {
            var (status, body) = await host.PostAsync(call, Wrong);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            var data = Json(body).GetProperty("data");
            Assert.Equal("invalid", data.GetProperty("outcome").GetString());
            var paths = data.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("path").GetString()).ToArray();
            Assert.Contains("$.entities[0].name", paths);
            Assert.Contains("$.entities[0].joinKeys[0].type", paths);
            Assert.Contains("$.sources[0].kind", paths);
        }
    }

    [Fact]
    public async Task A_change_that_breaks_a_served_model_is_refused_with_its_name()
    {
        await using var host = await FeatureHost.StartAsync();
        var signature = KocPotential.Signature();
        var manifest = KocPotential.Manifest();
        manifest.FeatureService = new ManifestFeatureService { Name = "scores", Version = 1 };
        host.Models.Serve(KocPotential.Name, 1, signature, KocPotential.Instance(signature), manifest);
        const string Breaking = """{"definitions":{"featureViews":[{"name":"twice","kind":"onDemand","entities":["user"],"inputs":["score"],"features":[{"name":"twice","type":"double","expression":"score.score * 3"}]}]},"author":"ann","reason":"r"}""";

        var planned = Json(FeatureHost.Data(await host.PostAsync(Plan, Breaking)));
        Assert.Equal("""[{"model":"koc-potential","version":1,"featureService":"scores","featureServiceVersion":1}]""", planned.GetProperty("brokenModels").GetRawText());
        var (status, body) = await host.PostAsync(Apply, Breaking);
        Assert.Equal(HttpStatusCode.Conflict, status);
        var message = Json(body).GetProperty("message").GetString()!;
        Assert.StartsWith("it would break koc-potential v1 (feature service scores v1)", message);
        Assert.Equal(0, message.LastIndexOf("it would break", StringComparison.Ordinal));
        Assert.Equal("breaking", Json(body).GetProperty("data").GetProperty("outcome").GetString());
        Assert.Equal(1, host.Platform.Registry.State.Revision);
    }

    [Fact]
    public async Task Another_revision_than_expected_is_a_conflict()
    {
        await using var host = await FeatureHost.StartAsync();
        var (status, body) = await host.PostAsync(Apply, $$"""{"definitions":{{Widened}},"author":"ann","reason":"r","expectedRevision":7}""");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("expected revision is 7; the registry is at 1, so plan again", Json(body).GetProperty("message").GetString());
    }

    [Fact]
    public async Task Objects_are_listed_by_kind()
    {
        await using var host = await FeatureHost.StartAsync();
        var all = Json(FeatureHost.Data(await host.GetAsync("/api/feature-registry")));
        Assert.Equal(1, all.GetProperty("revision").GetInt32());
        Assert.Equal(["entity shop", "entity user", "source clicks"], all.GetProperty("objects").EnumerateArray().Take(3).Select(o => $"{o.GetProperty("kind").GetString()} {o.GetProperty("name").GetString()}"));
        Assert.Equal(
            """[{"kind":"feature-service","name":"scores","version":1,"revision":1,"time":"2025-01-31T00:00:00Z","author":"test","reason":"begin"}]""",
            Json(FeatureHost.Data(await host.GetAsync("/api/feature-registry?kind=feature-service"))).GetProperty("objects").GetRawText());
    }

    [Fact]
    public async Task A_deleted_object_can_still_be_described()
    {
        await using var host = await FeatureHost.StartAsync();
        using var reply = await host.Http.DeleteAsync("/api/feature-registry/feature-service/scores?author=ann&reason=nobody%20reads%20it", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        var described = Json(FeatureHost.Data(await host.GetAsync("/api/feature-registry/feature-service/scores")));
        Assert.True(described.GetProperty("deleted").GetBoolean());
        Assert.Equal("nobody reads it", described.GetProperty("deletedBy").GetProperty("reason").GetString());
        Assert.Equal(["score:score", "twice:twice"], described.GetProperty("versions")[0].GetProperty("pins").EnumerateArray().Select(p => p.GetProperty("feature").GetString()));
    }

    [Theory]
    [InlineData("feature-view/twice?author=ann&reason=r", 400, "feature")]
    [InlineData("feature-view/nothing?author=ann&reason=r", 404, "feature-view is 'nothing'; there is none of that name")]
    [InlineData("view/twice?author=ann&reason=r", 404, "kind is 'view'; it must be entity, source, feature-view, feature-service")]
    [InlineData("feature-service/scores?reason=r", 400, "author is ''; it must have 1 to 128 characters")]
    [InlineData("feature-service/scores?author=ann", 400, "reason is ''; it must have 1 to 4000 characters")]
    [InlineData("feature-service/scores?author=ann&reason=r&expectedRevision=x", 400, "expectedRevision is 'x'; it must be a whole number from 0")]
    [InlineData("feature-service/scores?author=ann&reason=r&expectedRevision=9", 409, "expected revision is 9; the registry is at 1, so plan again")]
    public async Task What_cannot_be_deleted_stays(string what, int code, string message)
    {
        await using var host = await FeatureHost.StartAsync();
        using var reply = await host.Http.DeleteAsync($"/api/feature-registry/{what}", TestContext.Current.CancellationToken);
        var body = Json(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(code, (int)reply.StatusCode);
        Assert.StartsWith(message, body.GetProperty("message").GetString());
        Assert.Equal(1, host.Platform.Registry.State.Revision);
    }

    [Theory]
    [InlineData("", "the body is not JSON that can be read here: ")]
    [InlineData("[]", "the body is an array; it must be an object with definitions, mode, author, reason, expectedRevision")]
    [InlineData("{}", "definitions is missing; it must be an object of definitions")]
    [InlineData("""{"definitions":{},"mode":"add"}""", "mode is 'add'; it must be merge or replace")]
    [InlineData("""{"definitions":{},"author":1}""", "author is 1; it must be text")]
    [InlineData("""{"definitions":{},"expectedRevision":-1}""", "expectedRevision is -1; it must be a whole number from 0")]
    [InlineData("""{"definitions":{},"who":"ann"}""", "who is not a member of a request; the members are definitions, mode, author, reason, expectedRevision")]
    [InlineData("""{"definitions":[]}""", "definitions: $ is []; it must be an object")]
    public async Task A_body_that_is_no_command_is_told_why(string body, string message)
    {
        await using var host = await FeatureHost.StartAsync();
        var (status, answer) = await host.PostAsync(Apply, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(message, Json(answer).GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("/api/feature-registry?kind=views", 400)]
    [InlineData("/api/feature-registry/views/x", 404)]
    [InlineData("/api/feature-registry/entity/nobody", 404)]
    [InlineData("/api/feature-registry/plan", 405)]
    public async Task What_is_not_there_is_told(string path, int code)
    {
        await using var host = await FeatureHost.StartAsync();
        using var reply = await host.Plain.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(code, (int)reply.StatusCode);
        Assert.Equal(code, Json(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Replacing_deletes_what_is_not_named()
    {
        await using var host = await FeatureHost.StartAsync();
        var planned = Json(FeatureHost.Data(await host.PostAsync(Plan, """{"definitions":{},"mode":"replace"}""")));
        Assert.All(planned.GetProperty("changes").EnumerateArray(), c => Assert.Equal("removed", c.GetProperty("change").GetString()));
        Assert.Equal(15, planned.GetProperty("changes").GetArrayLength());
    }

    private static JsonElement Json(string body) => JsonDocument.Parse(body).RootElement;
}
