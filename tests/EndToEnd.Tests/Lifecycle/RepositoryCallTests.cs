using System.Net;
using System.Text;
using System.Text.Json;
using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>The repository extension: index, load and unload, in the numbering of both protocols' documents and over REST.</summary>
public sealed class RepositoryCallTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>, IDisposable
{
    private const string Load = "/inference.GRPCInferenceService/RepositoryModelLoad", Unload = "/inference.GRPCInferenceService/RepositoryModelUnload";

    private BareGrpc? _bare;

    public void Dispose() => _bare?.Dispose();

    [Fact]
    public async Task The_name_is_taken_in_field_2_and_the_answer_is_empty()
    {
        var appliance = await loading.StartedAsync();
        var model = Add();
        Assert.Empty(await CallAsync(appliance, Load, 2, model));
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync(model));
        Assert.Empty(await CallAsync(appliance, Unload, 2, model));
        Assert.Empty(await appliance.ReadyVersionsAsync(model));
    }

    [Fact]
    public async Task The_name_alone_in_field_1_is_taken_too_and_the_answer_says_so()
    {
        var appliance = await loading.StartedAsync();
        var model = Add();
        // model_name = 1; isLoaded and isUnloaded = 2.
        byte[] expected = [.. TextField(1, model), 2 << 3, 1];
        Assert.Equal(expected, await CallAsync(appliance, Load, 1, model));
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync(model));
        Assert.Equal(expected, await CallAsync(appliance, Unload, 1, model));
        Assert.Empty(await appliance.ReadyVersionsAsync(model));
    }

    [Fact]
    public async Task A_repository_by_name_is_not_there()
    {
        var appliance = await loading.StartedAsync();
        var model = Add();
        var refusal = await ApplianceCalls.RefusalAsync(async () => await appliance.Inference.RepositoryModelLoadAsync(
            new RepositoryModelLoadRequest { RepositoryName = "other", ModelName = model }, deadline: ApplianceCalls.Deadline));
        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
        using var response = await appliance.Http.PostAsync($"/v2/repository/other/models/{model}/load", null);
        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
    }

    [Fact]
    public async Task The_index_shows_what_is_ready_and_on_request_nothing_else()
    {
        var appliance = await loading.StartedAsync();
        var (ready, broken, idle) = (Add(), Add([1, 2, 3]), Add());
        await appliance.LoadAsync(ready);
        await ApplianceCalls.RefusalAsync(() => appliance.LoadAsync(broken));
        foreach (var rest in new[] { false, true })
        {
            var all = await IndexAsync(appliance, rest, readyOnly: false);
            Assert.Equal(("1", "READY", ""), all[ready]);
            Assert.Equal(("1", "UNAVAILABLE"), (all[broken].Version, all[broken].State));
            Assert.Contains("model.onnx", all[broken].Reason);
            Assert.Equal(("", "", ""), all[idle]);
            var only = await IndexAsync(appliance, rest, readyOnly: true);
            Assert.Contains(ready, only.Keys);
            Assert.DoesNotContain(broken, only.Keys);
            Assert.DoesNotContain(idle, only.Keys);
        }
    }

    [Fact]
    public async Task Load_and_unload_over_rest_answer_with_an_empty_object()
    {
        var appliance = await loading.StartedAsync();
        var model = Add();
        Assert.Equal("{}", await PostAsync(appliance, $"/v2/repository/models/{model}/load"));
        Assert.Equal(2, await appliance.FactorAsync(model));
        Assert.Equal("{}", await PostAsync(appliance, $"/v2/repository/models/{model}/unload", """{"parameters":{"unload_dependents":true}}"""));
        Assert.Empty(await appliance.ReadyVersionsAsync(model));
        using var missing = await appliance.Http.PostAsync("/v2/repository/models/nobody/load", null);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private string Add(byte[]? onnx = null)
    {
        var model = loading.NextModel();
        loading.Repository.AddModel(model, onnx ?? OnnxModels.Scale(2));
        return model;
    }

    private async Task<byte[]> CallAsync(ApplianceProcess appliance, string path, int field, string model)
    {
        _bare ??= new BareGrpc(appliance.GrpcPort);
        var reply = await _bare.PostAsync(path, BareGrpc.Frame(TextField(field, model)));
        Assert.Equal((StatusCode.OK, ""), (reply.Grpc, reply.Message));
        return reply.Body[5..];
    }

    private static byte[] TextField(int field, string text) => [(byte)((field << 3) | 2), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static async Task<Dictionary<string, (string Version, string State, string Reason)>> IndexAsync(ApplianceProcess appliance, bool rest, bool readyOnly)
    {
        if (!rest)
        {
            var index = await appliance.Inference.RepositoryIndexAsync(new RepositoryIndexRequest { Ready = readyOnly }, deadline: ApplianceCalls.Deadline);
            return index.Models.ToDictionary(m => m.Name, m => (m.Version, m.State, m.Reason));
        }
        var body = await PostAsync(appliance, "/v2/repository/index", readyOnly ? """{"ready":true}""" : "{}");
        return JsonDocument.Parse(body).RootElement.EnumerateArray().ToDictionary(
            m => m.GetProperty("name").GetString()!, m => (Text(m, "version"), Text(m, "state"), Text(m, "reason")));
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static async Task<string> PostAsync(ApplianceProcess appliance, string path, string body = "")
    {
        using var response = await appliance.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {text}");
        return text;
    }
}
