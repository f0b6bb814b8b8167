using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using Grpc.Core;

namespace EndToEnd.Tests.Grpc;

/// <summary>What the server says of itself and its models.</summary>
public sealed class DescriptionTests(SharedAppliance shared)
{
    [Fact]
    public async Task The_server_is_live_and_ready()
    {
        var client = (await shared.StartedAsync()).Inference;
        Assert.True((await client.ServerLiveAsync(new(), deadline: ApplianceCalls.Deadline)).Live);
        Assert.True((await client.ServerReadyAsync(new(), deadline: ApplianceCalls.Deadline)).Ready);
    }

    [Fact]
    public async Task The_server_names_itself_and_its_extensions()
    {
        var metadata = await (await shared.StartedAsync()).Inference.ServerMetadataAsync(new(), deadline: ApplianceCalls.Deadline);
        Assert.Equal("appliance", metadata.Name);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+$", metadata.Version);
        Assert.Contains("statistics", metadata.Extensions);
        Assert.Equal("classification", metadata.Extensions[0]);
        Assert.Contains("model_repository", metadata.Extensions);
        Assert.DoesNotContain("system_shared_memory", metadata.Extensions);
    }

    [Theory]
    [InlineData("two_versions", "", true)]
    [InlineData("two_versions", "1", true)]
    [InlineData("two_versions", "3", false)]
    [InlineData("nobody", "", false)]
    [InlineData("nobody", "1", false)]
    public async Task A_version_is_ready_or_not(string model, string version, bool ready)
    {
        var client = (await shared.StartedAsync()).Inference;
        Assert.Equal(ready, (await client.ModelReadyAsync(new ModelReadyRequest { Name = model, Version = version }, deadline: ApplianceCalls.Deadline)).Ready);
    }

    [Fact]
    public async Task A_models_tensors_are_described()
    {
        var metadata = await (await shared.StartedAsync()).Inference.ModelMetadataAsync(new ModelMetadataRequest { Name = "add_sub" }, deadline: ApplianceCalls.Deadline);
        Assert.Equal("add_sub", metadata.Name);
        Assert.Equal("onnxruntime_onnx", metadata.Platform);
        Assert.Equal(["1"], metadata.Versions);
        Assert.Equal([OnnxModels.Input, OnnxModels.SecondInput], metadata.Inputs.Select(i => i.Name));
        Assert.Equal([OnnxModels.Output, OnnxModels.SecondOutput], metadata.Outputs.Select(o => o.Name));
        Assert.All(metadata.Inputs.Concat(metadata.Outputs), t => Assert.Equal("FP32", t.Datatype));
        Assert.All(metadata.Inputs.Concat(metadata.Outputs), t => Assert.Equal([-1, 16], t.Shape));
    }

    [Fact]
    public async Task All_ready_versions_of_a_model_are_listed()
    {
        var metadata = await (await shared.StartedAsync()).Inference.ModelMetadataAsync(new ModelMetadataRequest { Name = "two_versions" }, deadline: ApplianceCalls.Deadline);
        Assert.Equal(["1", "5"], metadata.Versions);
    }

    [Fact]
    public async Task A_tensor_without_dimensions_is_described_without_any()
    {
        var metadata = await (await shared.StartedAsync()).Inference.ModelMetadataAsync(new ModelMetadataRequest { Name = "scalar_identity_int64" }, deadline: ApplianceCalls.Deadline);
        Assert.Empty(Assert.Single(metadata.Inputs).Shape);
        Assert.Empty(Assert.Single(metadata.Outputs).Shape);
    }

    [Fact]
    public async Task A_missing_configuration_is_completed_from_the_graph()
    {
        var response = await (await shared.StartedAsync()).Inference.ModelConfigAsync(new ModelConfigRequest { Name = "add_sub_int32" }, deadline: ApplianceCalls.Deadline);
        var config = response.Config;
        Assert.Equal("add_sub_int32", config.Name);
        Assert.Equal("onnxruntime", config.Backend);
        Assert.Equal(128, config.MaxBatchSize);
        Assert.Equal([OnnxModels.Input, OnnxModels.SecondInput], config.Input.Select(i => i.Name));
        Assert.All(config.Input, i => Assert.Equal((DataType.TypeInt32, 16L), (i.DataType, Assert.Single(i.Dims))));
    }

    [Fact]
    public async Task A_sum_over_rows_is_not_taken_for_a_batchable_model()
    {
        var response = await (await shared.StartedAsync()).Inference.ModelConfigAsync(new ModelConfigRequest { Name = "sum_of_all" }, deadline: ApplianceCalls.Deadline);
        Assert.Equal(0, response.Config.MaxBatchSize);
    }

    [Fact]
    public async Task The_index_lists_every_version_with_its_state()
    {
        var appliance = await shared.StartedAsync();
        var index = await appliance.IndexAsync("two_versions");
        Assert.Equal([("1", "READY"), ("5", "READY")], index.Select(v => (v.Version, v.State)));
    }

    [Theory]
    [InlineData("nobody", "", StatusCode.NotFound)]
    [InlineData("add_sub", "9", StatusCode.NotFound)]
    [InlineData("add_sub", "x", StatusCode.InvalidArgument)]
    public async Task Descriptions_of_what_is_not_there_are_refused(string model, string version, StatusCode expected)
    {
        var client = (await shared.StartedAsync()).Inference;
        Func<Task>[] calls =
        [
            async () => await client.ModelMetadataAsync(new ModelMetadataRequest { Name = model, Version = version }, deadline: ApplianceCalls.Deadline),
            async () => await client.ModelConfigAsync(new ModelConfigRequest { Name = model, Version = version }, deadline: ApplianceCalls.Deadline),
            async () => await client.ModelStatisticsAsync(new ModelStatisticsRequest { Name = model, Version = version }, deadline: ApplianceCalls.Deadline),
        ];
        foreach (var call in calls) Assert.Equal(expected, (await ApplianceCalls.RefusalAsync(call)).StatusCode);
    }
}
