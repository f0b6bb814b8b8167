using System.Net;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Tests.Business;

public sealed class ModelsTests
{
    [Fact]
    public async Task Every_version_is_listed_with_its_state()
    {
        await using var host = await BusinessHost.StartAsync();
        host.Lifecycle.Versions.Add(new ModelVersionStatus("m", 2, ModelState.Ready, "", Routed: true, Pinned: true));
        host.Lifecycle.Versions.Add(new ModelVersionStatus("m", 3, ModelState.Failed, "checksum of model.onnx differs", Routed: false, Pinned: false));
        var (status, body) = await host.GetAsync("/api/models");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """[{"model":"m","version":2,"state":"READY","reason":"","routed":true,"pinned":true},{"model":"m","version":3,"state":"FAILED","reason":"checksum of model.onnx differs","routed":false,"pinned":false}]""",
            body.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("pin", """{"version":2}""", "pin m 2")]
    [InlineData("unpin", "", "unpin m")]
    [InlineData("rollback", "", "rollback m")]
    public async Task An_action_is_passed_on_and_answered_with_the_route(string action, string request, string call)
    {
        await using var host = await BusinessHost.StartAsync();
        host.Lifecycle.Result = new AdminResult(ScoreStatus.Ok, null, Version: 2, PreviousVersion: 3);
        var (status, body) = await host.PostAsync($"/api/models/m/{action}", request);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"model":"m","version":2,"previousVersion":3}""", body.GetProperty("data").GetRawText());
        Assert.Equal([call], host.Lifecycle.Calls);
    }

    [Fact]
    public async Task A_refused_action_keeps_the_envelope()
    {
        await using var host = await BusinessHost.StartAsync();
        host.Lifecycle.Result = new AdminResult(ScoreStatus.NotFound, "model 'm' has no version 2");
        var (status, body) = await host.PostAsync("/api/models/m/pin", """{"version":2}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("model 'm' has no version 2", body.GetProperty("message").GetString());
        Assert.Equal(["code", "message", "requestId"], PredictTests.Names(body));
    }

    [Theory]
    [InlineData("", "the body is not JSON that can be read here: ")]
    [InlineData("[]", "the body is an array; it must be an object with version")]
    [InlineData("{}", "version is missing; it must be a whole number from 1")]
    [InlineData("""{"version":0}""", "version is 0; it must be a whole number from 1")]
    [InlineData("""{"version":"2"}""", "version is \"2\"; it must be a whole number from 1")]
    [InlineData("""{"v":2}""", "v is not a member of a pin; its member is version")]
    [InlineData("""{"version":2}x""", "the body is not JSON that can be read here: ")]
    public async Task A_bad_pin_changes_nothing(string request, string message)
    {
        await using var host = await BusinessHost.StartAsync();
        var (status, body) = await host.PostAsync("/api/models/m/pin", request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(message, body.GetProperty("message").GetString());
        Assert.Equal("version", body.GetProperty("field").GetString());
        Assert.Empty(host.Lifecycle.Calls);
    }
}
