using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Contracts.Inference;
using Google.Protobuf;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Grpc;

/// <summary>
/// Of a request that is written as the one before it on its connection, little is read again. Whatever comes before it there, the answer must be the one
/// that a connection of its own gets.
/// </summary>
public sealed class RepeatedRequestTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    private const int Seed = 20, Turns = 300;

    private static readonly string[] Ids = ["", "", "a", "b", "a longer id", "a longer xd"];

    private readonly Random _random = new(Seed);

    [Fact]
    public async Task What_came_before_on_a_connection_changes_no_answer()
    {
        var appliance = await loading.StartedAsync();
        var models = Deploy();
        foreach (var model in models) await appliance.LoadAsync(model);
        using var kept = new BareGrpc(appliance.GrpcPort);
        var outcomes = new Dictionary<string, int>();
        for (var turn = 0; turn < Turns; turn++)
        {
            // A version with another factor, then one whose rows are shorter, so that what fitted is refused.
            if (turn == Turns / 3) await SwapAsync(appliance, models[0], 2, OnnxModels.Scale(5));
            if (turn == 2 * Turns / 3) await SwapAsync(appliance, models[0], 3, OnnxModels.AddSub(DataType.Float));
            var (write, headers) = Next(models);
            for (var times = _random.Next(1, 5); times > 0; times--)
            {
                var body = BareGrpc.Frame(write());
                var reply = await kept.PostAsync(BareGrpc.ModelInfer, body, headers);
                using var alone = new BareGrpc(appliance.GrpcPort);
                var expected = await alone.PostAsync(BareGrpc.ModelInfer, body, headers);
                Assert.Equal((expected.Http, expected.Grpc, expected.Message), (reply.Http, reply.Grpc, reply.Message));
                Assert.Equal(expected.Body, reply.Body);
                outcomes[$"{reply.Grpc}"] = outcomes.GetValueOrDefault($"{reply.Grpc}") + 1;
            }
        }
        // Not all of it was refused, nor all answered.
        Assert.True(outcomes.GetValueOrDefault("OK") > Turns && outcomes.GetValueOrDefault("InvalidArgument") > Turns / 10, string.Join(", ", outcomes));
        foreach (var model in models) await appliance.UnloadAsync(model);
    }

    [Fact]
    public async Task A_shape_that_one_version_takes_in_another_way_is_as_it_was_written_for_the_next()
    {
        var appliance = await loading.StartedAsync();
        var model = loading.NextModel();
        var body = BareGrpc.Frame(InferMessages.Raw(model, Floats(OnnxModels.Input, [1, 1])).ToByteArray());
        using var kept = new BareGrpc(appliance.GrpcPort);
        loading.Repository.AddModel(model, Double(-1, 1));
        await appliance.LoadAsync(model);
        for (var version = 1; version <= 4; version++)
        {
            if (version > 1) await SwapAsync(appliance, model, version, version % 2 == 0 ? Double(-1) : Double(-1, 1));
            for (var times = 0; times < 3; times++)
            {
                var reply = await kept.PostAsync(BareGrpc.ModelInfer, body);
                Assert.True(reply.Grpc == global::Grpc.Core.StatusCode.OK, reply.Message);
                var response = ModelInferResponse.Parser.ParseFrom(reply.Body.AsSpan(5));
                Assert.Equal(($"{version}", version % 2 == 0 ? 1 : 2), (response.ModelVersion, response.Outputs[0].Shape.Count));
            }
        }
        await appliance.UnloadAsync(model);
    }

    private string[] Deploy()
    {
        string[] models = [.. Enumerable.Range(0, 5).Select(_ => loading.NextModel())];
        byte[][] graphs = [OnnxModels.Scale(2), OnnxModels.AddSub(DataType.Float), OnnxModels.Identity(DataType.Float), OnnxModels.Identity(DataType.String), Double(-1)];
        for (var i = 0; i < models.Length; i++) loading.Repository.AddModel(models[i], graphs[i]);
        return models;
    }

    private static byte[] Double(params long[] dims) => new GraphBuilder("double")
        .Input(OnnxModels.Input, DataType.Float, dims)
        .Output(OnnxModels.Output, DataType.Float, dims)
        .Node("Add", [OnnxModels.Input, OnnxModels.Input], [OnnxModels.Output])
        .Model();

    private async Task SwapAsync(ApplianceProcess appliance, string model, long version, byte[] graph)
    {
        loading.Repository.AddVersion(model, version, graph);
        await appliance.LoadAsync(model);
    }

    /// <summary>What writes requests of one kind, each with contents and an id of its own, and their headers.</summary>
    private (Func<byte[]> Write, (string, string)[] Headers) Next(string[] models)
    {
        var kind = _random.Next(models.Length);
        var rows = _random.Next(1, 4);
        var form = _random.Next(12);
        var id = Ids[_random.Next(Ids.Length)];
        var outputs = _random.Next(4);
        (string, string)[] headers = _random.Next(8) == 0 ? [("x-model-version", $"{_random.Next(1, 4)}")] : [];
        return (() =>
        {
            var inputs = Tensors(kind, rows);
            var request = form == 0 ? InferMessages.Typed(models[kind], inputs) : InferMessages.Raw(models[kind], inputs);
            // As long, and often another.
            request.Id = id.Length > 0 && _random.Next(2) == 0 ? new string((char)_random.Next('a', 'z'), id.Length) : id;
            if (outputs == 1) request.WithOutputs(OnnxModels.Output);
            if (outputs == 2) request.WithOutputs(kind == 1 ? [OnnxModels.SecondOutput, OnnxModels.Output] : [OnnxModels.SecondOutput]);
            Vary(request, form);
            return Encode(request, form);
        }, headers);
    }

    private static void Vary(ModelInferRequest request, int form)
    {
        switch (form)
        {
            case 1: request.Inputs[0].Shape[0]++; break;
            case 2: request.Inputs[0].Datatype = "INT32"; break;
            case 3: request.Inputs[0].Name = "INPUT9"; break;
            case 4: request.Parameters["priority"] = new InferParameter { Uint64Param = 1 }; break;
            case 5: request.ModelVersion = "2"; break;
            case 6: request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = OnnxModels.Output, Parameters = { ["classification"] = new InferParameter { Int64Param = 1 } } }); break;
            case 7: request.Inputs.Add(request.Inputs[0].Clone()); break;
        }
    }

    private static byte[] Encode(ModelInferRequest request, int form)
    {
        // Both legal: the contents before the tensors that they belong to, and an id that is written twice.
        if (form == 8) return [.. new ModelInferRequest { RawInputContents = { request.RawInputContents } }.ToByteArray(), .. Without(request).ToByteArray()];
        if (form == 9) return [.. request.ToByteArray(), .. new ModelInferRequest { Id = "z" }.ToByteArray()];
        return request.ToByteArray();
    }

    private static ModelInferRequest Without(ModelInferRequest request)
    {
        var rest = request.Clone();
        rest.RawInputContents.Clear();
        return rest;
    }

    private TensorValue[] Tensors(int kind, int rows) => kind switch
    {
        0 => [Floats(OnnxModels.Input, [rows, 4])],
        1 => [Floats(OnnxModels.Input, [rows, 16]), Floats(OnnxModels.SecondInput, [rows, 16])],
        2 => [Floats(OnnxModels.Input, [rows, 3])],
        // Two of a length, so that what is written beside the contents is the same whether or not they fit.
        3 => [TensorValue.OfStrings(OnnxModels.Input, [rows, 1], [.. Enumerable.Range(0, rows).Select(_ => _random.Next(2) == 0 ? "ab" : "cd")])],
        _ => [Floats(OnnxModels.Input, rows == 1 ? [2] : [rows, 1])],
    };

    private TensorValue Floats(string name, long[] shape) =>
        TensorValue.OfFloats(name, shape, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => _random.NextSingle())]);
}
