using System.Net;
using System.Net.Http.Headers;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Google.Protobuf;

namespace EndToEnd.Tests.Grpc;

/// <summary>Each port serves its own protocol and nothing of the others: who closes a port has closed what it serves.</summary>
public sealed class PortTests(SharedAppliance shared)
{
    [Theory]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2")]
    [InlineData("/api/models")]
    [InlineData("/health/ready")]
    [InlineData("/openapi.json")]
    [InlineData("/metrics")]
    public async Task REST_is_not_served_on_the_gRPC_port(string path)
    {
        var appliance = await shared.StartedAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{appliance.GrpcPort}") };
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData(BareGrpc.ModelInfer, true)]
    [InlineData(BareGrpc.ModelInfer, false)]
    [InlineData(BareGrpc.ModelStreamInfer, true)]
    [InlineData(BareGrpc.ModelStreamInfer, false)]
    public async Task Inference_calls_are_not_served_over_HTTP_1(string path, bool onMetricsPort)
    {
        var appliance = await shared.StartedAsync();
        var message = InferMessages.Raw(SharedAppliance.IdentityOf("FP32"), TensorValue.OfFloats(OnnxModels.Input, [1, 3], 1, 2, 3));
        using var body = new ByteArrayContent(BareGrpc.Frame(message.ToByteArray()));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await (onMetricsPort ? appliance.Metrics : appliance.Http).PostAsync(path, body, TestContext.Current.CancellationToken);
        Assert.InRange((int)response.StatusCode, 400, 499);
    }
}
