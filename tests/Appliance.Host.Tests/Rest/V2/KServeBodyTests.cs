using System.Net;
using System.Text.Json;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

/// <summary>The request bodies that KServe's own end-to-end tests send, each to a model of the signature that it implies.</summary>
public sealed class KServeBodyTests
{
    private const string Folder = "tck/kserve_v2";

    public static TheoryData<string> Bodies =>
    [
        "autogluon_titanic_input_v2.json", "autogluon_titanic_input_v2_all_binary.json", "autogluon_titanic_input_v2_binary.json",
        "custom_model_input_v2.json", "iris_input_v2.json", "iris_input_v2_all_binary.json", "iris_input_v2_binary.json",
        "mlflow_input_v2.json", "pmml-input-v2.json", "sklearn_mixed_v2.json",
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_of_KServes_tests_is_answered(string file)
    {
        if (!TestDataFolder.TryFind(Path.Combine(Folder, file), out var path, out var reason)) Assert.Skip(reason);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var request = JsonDocument.Parse(text).RootElement;
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", SignatureOf(request)));

        var reply = await host.PostBinaryAsync("/v2/models/m/infer", text, [], jsonLength: null);

        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        var binary = file.EndsWith("_binary.json", StringComparison.Ordinal);
        Assert.Equal(binary, reply.JsonLength is not null);
        Assert.Equal(binary, reply.Tensors.Length > 0);
        var outputs = reply.Body.GetProperty("outputs").EnumerateArray().ToArray();
        foreach (var (input, output) in request.GetProperty("inputs").EnumerateArray().Zip(outputs))
        {
            Assert.Equal(Canonical(input.GetProperty("shape")), Canonical(output.GetProperty("shape")));
            if (!binary) Assert.Equal(Flat(input.GetProperty("data")).Select(Canonical), output.GetProperty("data").EnumerateArray().Select(Canonical));
        }
    }

    [Theory]
    [InlineData("iris_input_v2_grpc.json")]
    [InlineData("pmml_input_v2_grpc.json")]
    public async Task A_body_written_for_gRPC_is_refused_for_want_of_data(string file)
    {
        if (!TestDataFolder.TryFind(Path.Combine(Folder, file), out var path, out var reason)) Assert.Skip(reason);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", SignatureOf(JsonDocument.Parse(text).RootElement)));

        var (status, body) = await host.PostAsync("/v2/models/m/infer", text);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("input 'input-0': 'data' is missing", body.GetProperty("error").GetString());
    }

    /// <summary>A model with the request's inputs and as many outputs, named as the request asks for them.</summary>
    private static ModelSignature SignatureOf(JsonElement request)
    {
        var inputs = request.GetProperty("inputs").EnumerateArray().Select(i => Spec(i, i.GetProperty("name").GetString()!)).ToArray();
        var named = request.TryGetProperty("outputs", out var asked) ? asked.EnumerateArray().Select(o => o.GetProperty("name").GetString()!).ToArray() : [];
        var outputs = inputs.Select((spec, at) => new TensorSpec(at < named.Length ? named[at] : $"output-{at}", spec.Datatype, spec.Dims, spec.Batched)).ToArray();
        return new ModelSignature(inputs, outputs, maxBatchSize: 8);
    }

    private static TensorSpec Spec(JsonElement input, string name)
    {
        Assert.True(Datatypes.TryParse(input.GetProperty("datatype").GetString()!, out var datatype));
        var shape = input.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
        return new TensorSpec(name, datatype, shape[1..], batched: true);
    }

    private static IEnumerable<JsonElement> Flat(JsonElement data) =>
        data.ValueKind == JsonValueKind.Array ? data.EnumerateArray().SelectMany(Flat) : [data];

    // 7.4 and 7.40, and 0.7000 and 0.7, are the same float.
    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => ((float)value.GetDouble()).ToString("R"),
        JsonValueKind.Array => $"[{string.Join(",", value.EnumerateArray().Select(Canonical))}]",
        _ => value.ToString(),
    };
}
