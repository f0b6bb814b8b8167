using System.Net;
using System.Text.Json;
using Contracts.Inference;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using EndToEnd.Tests.Wire;
using Google.Protobuf;

namespace EndToEnd.Tests.Contract;

/// <summary>The request bodies that KServe's own end-to-end tests send, as they stand, to ONNX models of the inputs that they name.</summary>
public sealed class KServeBodyTests(KServeAppliance kserve) : IClassFixture<KServeAppliance>
{
    // The iris's two rows times KServeAppliance.IrisWeights.
    private static readonly double[] Iris = [6.8 + 5.6 + 14.4 + 5.6, 6.0 + 6.8 + 13.5 + 6.4];

    [Theory]
    [InlineData("iris_input_v2.json", false)]
    [InlineData("iris_input_v2_binary.json", true)]
    [InlineData("iris_input_v2_all_binary.json", true)]
    public async Task Rows_of_numbers(string file, bool binary)
    {
        var output = await ScoredAsync("iris", KServeBody.Read(file).Text, binary);
        Assert.Equal(("output-0", "FP32", "2,3"), (output.Name, output.Datatype, string.Join(",", output.Shape)));
        Assert.Equal(Iris.SelectMany(s => new[] { s, 10 * s, 100 * s }), output.As<float>().Select(v => (double)v), Near);
    }

    [Fact]
    public async Task One_row_of_numbers()
    {
        var output = await ScoredAsync("iris", KServeBody.Read("pmml-input-v2.json").Text, binary: false);
        const double Score = 5.1 + 7 + 4.2 + 0.8;
        Assert.Equal([Score, 10 * Score, 100 * Score], output.As<float>().Select(v => (double)v), Near);
    }

    // The file, the model, its output, and whether the outputs are asked for in binary.
    public static TheoryData<string, string, string, bool> Columns => new()
    {
        { "autogluon_titanic_input_v2.json", "titanic", "predictions", false },
        { "autogluon_titanic_input_v2_binary.json", "titanic", "predictions", true },
        { "autogluon_titanic_input_v2_all_binary.json", "titanic", "predictions", true },
        { "mlflow_input_v2.json", "wine", "quality", false },
        { "sklearn_mixed_v2.json", "houses", "price", false },
    };

    [Theory, MemberData(nameof(Columns))]
    public Task Columns_of_numbers_and_texts(string file, string model, string output, bool binary) => ScoresColumnsAsync(file, model, output, binary);

    [Theory, MemberData(nameof(Columns))]
    public Task Columns_of_an_unbatched_model(string file, string model, string output, bool binary) => ScoresColumnsAsync(file, model + "_unbatched", output, binary);

    [Theory]
    [InlineData("image")]
    [InlineData("image_unbatched")]
    public async Task An_image_as_text(string model)
    {
        var body = KServeBody.Read("custom_model_input_v2.json");
        var output = await ScoredAsync(model, body.Text, binary: false);
        var sent = JsonDocument.Parse(body.Text).RootElement.GetProperty("inputs")[0].GetProperty("data")[0].GetString()!;
        Assert.StartsWith("/9j/", sent);
        Assert.Equal(sent, System.Text.Encoding.UTF8.GetString(Assert.Single(output.Strings())));
    }

    [Theory]
    [InlineData("iris_input_v2_grpc.json", 2)]
    [InlineData("pmml_input_v2_grpc.json", 1)]
    public async Task Bodies_for_gRPC_are_scored_over_gRPC(string file, int rows)
    {
        var appliance = await kserve.StartedAsync();
        var request = JsonParser.Default.Parse<ModelInferRequest>(KServeBody.Read(file).Text);
        request.ModelName = "iris";
        var output = Assert.Single(await appliance.OutputsAsync(request));
        Assert.Equal([rows, 3], output.Shape);
        Assert.Equal(rows == 2 ? Iris : [5.1 + 7 + 4.2 + 0.8], output.As<float>().Chunk(3).Select(r => (double)r[0]), Near);
    }

    [Theory]
    [InlineData("iris_input_v2_grpc.json")]
    [InlineData("pmml_input_v2_grpc.json")]
    public async Task Bodies_for_gRPC_are_refused_over_REST_for_want_of_data(string file)
    {
        var appliance = await kserve.StartedAsync();
        Assert.Equal("input 'input-0': 'data' is missing", await appliance.InferRefusalAsync("iris", KServeBody.Read(file).Text));
    }

    [Fact]
    public async Task Columns_whose_model_wants_a_matrix_are_refused_with_both_shapes()
    {
        var appliance = await kserve.StartedAsync();
        Assert.Contains(
            "unexpected shape for input 'PassengerId' for model 'titanic_matrices'. Expected [-1,1], got [2]",
            await appliance.InferRefusalAsync("titanic_matrices", KServeBody.Read("autogluon_titanic_input_v2.json").Text));
    }

    private async Task ScoresColumnsAsync(string file, string model, string name, bool binary)
    {
        var body = KServeBody.Read(file);
        var output = await ScoredAsync(model, body.Text, binary);
        Assert.Equal((name, "FP64"), (output.Name, output.Datatype));
        Assert.Equal([body.Scores().Length], output.Shape);
        Assert.Equal(body.Scores(), output.As<double>(), Near);
    }

    private async Task<TensorValue> ScoredAsync(string model, string body, bool binary)
    {
        var appliance = await kserve.StartedAsync();
        var reply = await appliance.PostAsync($"/v2/models/{model}/infer", body);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        Assert.Equal(binary, reply.Tensors.Length > 0);
        return Assert.Single(reply.Outputs());
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) <= 1e-5 * Math.Max(1, Math.Abs(expected));
}
