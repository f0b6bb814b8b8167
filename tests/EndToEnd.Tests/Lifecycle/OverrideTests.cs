using System.Net;
using System.Text;
using System.Text.Json;
using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>Loads that bring a configuration or files along, over both transports.</summary>
public sealed class OverrideTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    private const string Batch3 = """{"max_batch_size": 3}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_configuration_that_comes_along_is_in_force_until_the_model_is_loaded_without_one(bool rest)
    {
        var appliance = await loading.StartedAsync();
        var model = loading.NextModel();
        loading.Repository.AddModel(model, OnnxModels.Scale(2));
        Assert.Null(await LoadAsync(appliance, rest, model, Batch3));
        Assert.Equal(3, await BatchSizeAsync(appliance, model));
        Assert.Equal(2, await appliance.FactorAsync(model));
        await appliance.LoadAsync(model);
        Assert.Equal(128, await BatchSizeAsync(appliance, model));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Files_that_come_along_are_served_in_place_of_the_folder(bool rest)
    {
        var appliance = await loading.StartedAsync();
        var model = loading.NextModel();
        loading.Repository.AddModel(model, OnnxModels.Scale(2));
        Assert.Null(await LoadAsync(appliance, rest, model, "{}", ("file:7/model.onnx", OnnxModels.Scale(7))));
        Assert.Equal(["7"], await appliance.ReadyVersionsAsync(model));
        Assert.Equal(7, await appliance.FactorAsync(model));
        await appliance.UnloadAsync(model);
        await appliance.LoadAsync(model);
        Assert.Equal(2, await appliance.FactorAsync(model));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Files_of_a_model_that_the_repository_does_not_have_are_served_too(bool rest)
    {
        var appliance = await loading.StartedAsync();
        var model = loading.NextModel();
        byte[] weights = [.. new[] { 10f, 20, 30, 40 }.SelectMany(BitConverter.GetBytes)];
        Assert.Null(await LoadAsync(
            appliance, rest, model, "{}", ("file:1/model.onnx/model.onnx", OnnxModels.AddExternal("weights.bin")), ("file:1/model.onnx/weights.bin", weights)));
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync(model));
        await appliance.UnloadAsync(model);
    }

    [Theory]
    [InlineData("file:../x")]
    [InlineData("file:1/../../x")]
    [InlineData("file:1/../../../../../../tmp/x")]
    [InlineData("file:/tmp/x")]
    [InlineData("file:1//tmp/x")]
    [InlineData("file:1/./x")]
    [InlineData("file:1/..")]
    [InlineData("file:1/")]
    [InlineData("file:")]
    [InlineData("file:x")]
    [InlineData("file:01/x")]
    [InlineData("file:0/x")]
    [InlineData("file:a/x")]
    [InlineData("file:1/a\\x")]
    [InlineData("file:..\\x")]
    [InlineData("file:C:/x")]
    [InlineData("file:1/x\0y")]
    [InlineData("file:1/\0")]
    [InlineData("other:1/x")]
    public async Task A_path_that_is_not_inside_a_version_is_refused_and_writes_nothing(string parameter)
    {
        var appliance = await loading.StartedAsync();
        foreach (var rest in new[] { false, true })
        {
            var model = loading.NextModel();
            var before = Directory.GetFileSystemEntries(Path.GetTempPath(), ".load-*").Length;
            var refusal = await LoadAsync(appliance, rest, model, "{}", (parameter, [1, 2, 3]), ("file:1/model.onnx", OnnxModels.Scale(2)));
            Assert.False(string.IsNullOrEmpty(refusal));
            Assert.Equal(before, Directory.GetFileSystemEntries(Path.GetTempPath(), ".load-*").Length);
            Assert.Empty(await appliance.ReadyVersionsAsync(model));
        }
        await loading.IsUnharmedAsync();
    }

    [Theory]
    [InlineData("../good")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("x\0y")]
    public async Task A_model_name_that_is_no_folders_name_is_refused(string model)
    {
        var appliance = await loading.StartedAsync();
        Assert.False(string.IsNullOrEmpty(await LoadAsync(appliance, rest: false, model, "{}", ("file:1/model.onnx", OnnxModels.Scale(2)))));
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task Files_without_a_configuration_are_refused()
    {
        var appliance = await loading.StartedAsync();
        var model = loading.NextModel();
        Assert.Contains("config", await LoadAsync(appliance, rest: false, model, config: null, ("file:1/model.onnx", OnnxModels.Scale(2))));
        Assert.Contains("config", await LoadAsync(appliance, rest: true, model, config: null, ("file:1/model.onnx", OnnxModels.Scale(2))));
    }

    [Theory]
    [InlineData("""{"max_batch_size": "four"}""", "max_batch_size: 'four' stands where a whole number from -2147483648 to 2147483647 is expected")]
    [InlineData("""{"max_batch_size": 1.5}""", "max_batch_size: 1.5 stands where a whole number")]
    [InlineData("""{"maxBatchSize": [8]}""", "max_batch_size: a list stands where a whole number")]
    [InlineData("""{"backend": 7}""", "backend: 7 stands where a string is expected")]
    [InlineData("""{"input": {"name": "INPUT0"}}""", "input: an object stands where a list is expected")]
    [InlineData("""{"input": [{"name": "INPUT0", "data_type": "TYPE_FLOAT"}]}""", "input[0].data_type: 'TYPE_FLOAT' stands where one of TYPE_INVALID, TYPE_BOOL")]
    [InlineData("""{"input": [{"name": "INPUT0", "dims": ["x"]}]}""", "input[0].dims[0]: 'x' stands where a whole number")]
    [InlineData("""{"dynamic_batching": true}""", "dynamic_batching: true stands where an object is expected")]
    [InlineData("""{"parameters": {"a": "b"}}""", "parameters[\"a\"]: 'b' stands where an object is expected")]
    [InlineData("""{"dynamic_batching": {"preserve_ordering": "yes"}}""", "dynamic_batching.preserve_ordering: 'yes' stands where true or false is expected")]
    [InlineData("""{"nonsense": 1}""", "nonsense: ModelConfig has no field of this name")]
    [InlineData("""{"max_batch_size": -1}""", "max_batch_size is -1")]
    [InlineData("{", "config override:1:")]
    public async Task A_configuration_with_a_wrong_value_is_refused_with_its_field_value_and_rule(string config, string expected)
    {
        var appliance = await loading.StartedAsync();
        var model = loading.NextModel();
        loading.Repository.AddModel(model, OnnxModels.Scale(2));
        foreach (var rest in new[] { false, true })
        {
            var refusal = await LoadAsync(appliance, rest, model, config);
            Assert.Contains("config override:1:", refusal);
            Assert.Contains(expected, refusal);
        }
        loading.Repository.RemoveModel(model);
    }

    [Theory]
    [InlineData("""{"parameters": {"config": 7}}""")]
    [InlineData("""{"parameters": {"config": {"max_batch_size": 3}}}""")]
    [InlineData("""{"parameters": {"config": "{}", "file:1/model.onnx": "not base64!"}}""")]
    [InlineData("""{"parameters": {"config": "{}", "file:1/model.onnx": 7}}""")]
    [InlineData("""{"parameters": []}""")]
    [InlineData("""{"parameters": {"config": "{}" """)]
    public async Task A_body_that_is_no_load_request_is_refused(string body)
    {
        var appliance = await loading.StartedAsync();
        using var response = await PostAsync(appliance, LoadingAppliance.Good, body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await loading.IsUnharmedAsync();
    }

    private static async Task<int> BatchSizeAsync(ApplianceProcess appliance, string model) =>
        (await appliance.Inference.ModelConfigAsync(new ModelConfigRequest { Name = model }, deadline: ApplianceCalls.Deadline)).Config.MaxBatchSize;

    /// <summary>Why the load was refused; null when it was not.</summary>
    private static async Task<string?> LoadAsync(ApplianceProcess appliance, bool rest, string model, string? config, params (string Key, byte[] Content)[] files)
    {
        if (rest) return await LoadOverRestAsync(appliance, model, config, files);
        var request = new RepositoryModelLoadRequest { ModelName = model };
        if (config is not null) request.Parameters["config"] = new ModelRepositoryParameter { StringParam = config };
        foreach (var (key, content) in files) request.Parameters[key] = new ModelRepositoryParameter { BytesParam = ByteString.CopyFrom(content) };
        try
        {
            await appliance.Inference.RepositoryModelLoadAsync(request, deadline: ApplianceCalls.Deadline);
            return null;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound)
        {
            return e.Status.Detail;
        }
    }

    private static async Task<string?> LoadOverRestAsync(ApplianceProcess appliance, string model, string? config, (string Key, byte[] Content)[] files)
    {
        var parameters = files.ToDictionary(f => f.Key, f => Convert.ToBase64String(f.Content));
        if (config is not null) parameters["config"] = config;
        using var response = await PostAsync(appliance, model, JsonSerializer.Serialize(new Dictionary<string, object> { ["parameters"] = parameters }));
        var body = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.OK) return null;
        Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{response.StatusCode}: {body}");
        return JsonDocument.Parse(body).RootElement.GetProperty("error").GetString();
    }

    private static Task<HttpResponseMessage> PostAsync(ApplianceProcess appliance, string model, string body) =>
        appliance.Http.PostAsync($"/v2/repository/models/{model}/load", new StringContent(body, Encoding.UTF8, "application/json"));
}
