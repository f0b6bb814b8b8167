using System.Net;
using System.Text;
using Appliance.Host.Tests.Grpc;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

/// <summary>The classification extension over both transports.</summary>
public sealed class ClassificationTests
{
    private const string Rows = """{"inputs":[{"name":"IN","shape":[2,3],"datatype":"FP32","data":[0.2,0.7,0.1,3,1,2]}],"outputs":[{"name":"OUT","parameters":{PARAMETERS}}]}""";

    [Fact]
    public async Task An_output_is_answered_as_its_highest_values()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Labelled()));
        var (status, body) = await host.PostAsync("/v2/models/m/infer", Rows.Replace("PARAMETERS", "\"classification\":2"));
        Assert.Equal(HttpStatusCode.OK, status);
        var output = body.GetProperty("outputs")[0];
        Assert.Equal(
            ("BYTES", "[2,2]", """["0.700000:1:dog","0.200000:0:cat","3.000000:0:cat","2.000000:2"]"""),
            (output.GetProperty("datatype").GetString(), output.GetProperty("shape").GetRawText(), output.GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task They_travel_in_binary_too()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Labelled()));
        var json = Rows.Replace("PARAMETERS", "\"classification\":1,\"binary_data\":true");
        var reply = await host.PostBinaryAsync("/v2/models/m/infer", json, [], json.Length);
        Assert.Equal(ScriptedTensor.OfStrings("", [2, 1], "0.700000:1:dog", "3.000000:0:cat").Bytes, reply.Tensors);
    }

    [Fact]
    public async Task Over_gRPC_they_are_raw_strings()
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        var request = FakeCall.Row(5, "a");
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y", Parameters = { ["classification"] = new InferParameter { Int64Param = 3 } } });
        var response = (await caller.EndAsync(caller.Call(FakeCall.Framed(request)))).Response;
        Assert.Equal(("BYTES", "1,1"), (response.Outputs[0].Datatype, string.Join(",", response.Outputs[0].Shape)));
        Assert.Equal("5.000000:0", Encoding.UTF8.GetString(response.RawOutputContents[0].Span[4..]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task No_class_at_all_cannot_be_asked_for(long classes)
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        var request = FakeCall.Row(5, "a");
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y", Parameters = { ["classification"] = new InferParameter { Int64Param = classes } } });
        var reply = await caller.EndAsync(caller.Call(FakeCall.Framed(request)));
        Assert.Equal(("3", $"parameter 'classification' is {classes}; it must be a whole number from 1 up"), (reply.Status, reply.Message));
    }

    private static ModelSignature Labelled() => new(
        [new TensorSpec("IN", Datatype.FP32, [3], batched: true)],
        [new TensorSpec("OUT", Datatype.FP32, [3], batched: true) { Labels = [Encoding.UTF8.GetBytes("cat"), Encoding.UTF8.GetBytes("dog")] }],
        maxBatchSize: 8);
}
