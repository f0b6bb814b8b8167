using System.Net;
using System.Text;
using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class RepositoryEndpointsTests
{
    [Fact]
    public async Task The_index_lists_versions_in_the_protocols_five_words()
    {
        await using var host = await RestHost.StartAsync();
        foreach (var state in Enum.GetValues<ModelState>())
        {
            host.Lifecycle.Versions.Add(new ModelVersionStatus("m", (int)state + 1, state, state == ModelState.Failed ? "no such file" : "", Routed: false, Pinned: false));
        }

        var (_, all) = await host.PostAsync("/v2/repository/index", "");
        var (_, ready) = await host.PostAsync("/v2/repository/index", """{"ready":true}""");

        Assert.Equal(
            ["m  ", "m 2 LOADING", "m 3 LOADING", "m 4 READY", "m 5 UNLOADING", "m 6 UNAVAILABLE", "m 7 UNAVAILABLE"],
            all.EnumerateArray().Select(v => $"{Text(v, "name")} {Text(v, "version")} {Text(v, "state")}"));
        Assert.Equal("no such file", all[6].GetProperty("reason").GetString());
        Assert.Equal(["4"], ready.EnumerateArray().Select(v => Text(v, "version")));
    }

    [Fact]
    public async Task A_load_without_a_body_brings_nothing_along()
    {
        await using var host = await RestHost.StartAsync();

        var (status, body) = await host.PostAsync("/v2/repository/models/telco%20churn/load", "");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("{}", body.GetRawText());
        Assert.Equal(["load telco churn"], host.Lifecycle.Calls);
        Assert.Null(host.Lifecycle.LastLoad.ConfigJson);
        Assert.Empty(host.Lifecycle.LastLoad.Files);
    }

    [Fact]
    public async Task A_load_brings_its_configuration_and_its_files()
    {
        await using var host = await RestHost.StartAsync();
        var content = Convert.ToBase64String("春"u8);

        await host.PostAsync("/v2/repository/models/m/load",
            $$$"""{"parameters":{"config":"{\"max_batch_size\":8}","file:1/model.onnx":"{{{content}}}","file:1/data\u002ebin":""}}""");

        Assert.Equal("""{"max_batch_size":8}""", host.Lifecycle.LastLoad.ConfigJson);
        Assert.Equal("春", Encoding.UTF8.GetString(host.Lifecycle.LastLoad.Files["1/model.onnx"].Span));
        Assert.Equal(0, host.Lifecycle.LastLoad.Files["1/data.bin"].Length);
    }

    [Theory]
    [InlineData("", "unload m")]
    [InlineData("{}", "unload m")]
    [InlineData("""{"parameters":{"unload_dependents":false,"other":[1]},"more":{}}""", "unload m")]
    [InlineData("""{"parameters":{"unload_dependents":true}}""", "unload m dependents")]
    public async Task An_unload_may_take_dependents_along(string body, string call)
    {
        await using var host = await RestHost.StartAsync();

        await host.PostAsync("/v2/repository/models/m/unload", body);

        Assert.Equal([call], host.Lifecycle.Calls);
    }

    [Theory]
    [InlineData("index", "[]", "the request is not a JSON object")]
    [InlineData("index", """{"ready":1}""", "'ready' must be true or false")]
    [InlineData("index", """{"ready":true""", "failed to parse the request JSON")]
    [InlineData("index", """{} {}""", "failed to parse the request JSON")]
    [InlineData("models/m/load", """{"parameters":[]}""", "'parameters' is not an object")]
    [InlineData("models/m/load", """{"parameters":{"config":{}}}""", "load parameter 'config' must be a string")]
    [InlineData("models/m/load", """{"parameters":{"file:1/model.onnx":"%%"}}""", "load parameter 'file:1/model.onnx' is not valid base64")]
    [InlineData("models/m/load", """{"parameters":{"file:1/a":"","file:1/a":""}}""", "load parameter 'file:1/a' is given twice")]
    [InlineData("models/m/load", """{"parameters":{"speed":1}}""", "load parameter 'speed' is not one of: config (string), file:<version>/<name> (base64 string)")]
    [InlineData("models/m/load", """{"parameters":{"config":"\ud800"}}""", "failed to parse the request JSON")]
    [InlineData("models/m/unload", """{"parameters":{"unload_dependents":"yes"}}""", "'unload_dependents' must be true or false")]
    public async Task A_body_that_says_something_else_is_refused_and_nothing_is_done(string path, string body, string message)
    {
        await using var host = await RestHost.StartAsync();

        var (status, answer) = await host.PostAsync("/v2/repository/" + path, body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, answer.GetProperty("error").GetString());
        Assert.Empty(host.Lifecycle.Calls);
    }

    [Theory]
    [InlineData(ScoreStatus.NotFound, HttpStatusCode.NotFound)]
    [InlineData(ScoreStatus.InvalidArgument, HttpStatusCode.BadRequest)]
    [InlineData(ScoreStatus.ModelUnavailable, HttpStatusCode.ServiceUnavailable)]
    [InlineData(ScoreStatus.Faulted, HttpStatusCode.InternalServerError)]
    [InlineData(ScoreStatus.Unsupported, HttpStatusCode.NotImplemented)]
    public async Task What_the_lifecycle_refuses_is_answered_with_its_reason(ScoreStatus outcome, HttpStatusCode expected)
    {
        await using var host = await RestHost.StartAsync();
        host.Lifecycle.Result = new AdminResult(outcome, "failed to load 'm': no version folder");

        var load = await host.PostAsync("/v2/repository/models/m/load", "");
        var unload = await host.PostAsync("/v2/repository/models/m/unload", "");

        Assert.Equal((expected, expected), (load.Status, unload.Status));
        Assert.Equal("failed to load 'm': no version folder", load.Body.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("/v2/repository/other/index")]
    [InlineData("/v2/repository/other/models/m/load")]
    [InlineData("/v2/repository/other/models/m/unload")]
    public async Task A_repository_by_name_is_unsupported(string path)
    {
        await using var host = await RestHost.StartAsync();

        var (status, body) = await host.PostAsync(path, "");

        Assert.Equal(HttpStatusCode.NotImplemented, status);
        Assert.Contains("'other'", body.GetProperty("error").GetString());
        Assert.Empty(host.Lifecycle.Calls);
    }

    private static string Text(JsonElement version, string name) => version.TryGetProperty(name, out var value) ? value.GetString()! : "";
}
