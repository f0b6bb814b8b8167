using System.Text.Json;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Clients;

/// <summary>Debian's python3-grpcio, with stubs that it generates itself, gets from the binary what it asks for.</summary>
public sealed class PythonGrpcTests(PythonGrpcAnswers answers) : IClassFixture<PythonGrpcAnswers>
{
    private static readonly double First = BusinessModels.KocScore(500, 10, 0.8, bias: 1);

    [Fact]
    public Task The_server_is_live_and_ready_and_says_what_it_is() => SaysAsync(a =>
    {
        Assert.True(a.GetProperty("live").GetBoolean() && a.GetProperty("ready").GetBoolean() && a.GetProperty("model_ready").GetBoolean());
        Assert.NotEmpty(a.GetProperty("server")[0].GetString()!);
        Assert.NotEmpty(a.GetProperty("server")[1].GetString()!);
        Assert.Contains(a.GetProperty("server")[2].EnumerateArray(), e => e.GetString() == "binary_tensor_data");
        Assert.Equal(1, a.GetProperty("health").GetInt32());
        Assert.Equal("NOT_FOUND", a.GetProperty("health_of_nobody")[0].GetString());
    });

    [Fact]
    public Task A_model_is_described() => SaysAsync(a =>
    {
        Assert.Equal("""["koc-potential", ["1", "2"], "onnxruntime_onnx", [["consumption_amount", "FP32", [-1, 1]], ["share_count", "FP32", [-1, 1]], ["social_interaction_score", "FP32", [-1, 1]]]]""", a.GetProperty("metadata").GetRawText());
        Assert.Equal("""["koc-potential", 256, "onnxruntime_onnx"]""", a.GetProperty("config").GetRawText());
        Assert.Contains("""["koc-potential", "2", "READY"]""", a.GetProperty("index").GetRawText());
    });

    [Fact]
    public Task Raw_and_typed_contents_are_scored() => SaysAsync(a =>
    {
        var raw = a.GetProperty("raw");
        Assert.Equal("""["id-7", "2", "probability", "FP32", [1, 1]]""", $"[{string.Join(", ", raw.EnumerateArray().Take(5).Select(e => e.GetRawText()))}]");
        Assert.Equal(First, raw[5][0].GetDouble(), 1e-6);
        Assert.Equal("1", a.GetProperty("typed")[0].GetString());
        Assert.Equal(BusinessModels.KocScore(500, 10, 0.8), a.GetProperty("typed")[1][0].GetDouble(), 1e-6);
        Assert.Equal(First, a.GetProperty("gzip")[0].GetDouble(), 1e-6);
    });

    [Fact]
    public Task Large_tensors_and_text_come_back() => SaysAsync(a =>
    {
        Assert.True(a.GetProperty("large").GetBoolean());
        // The client unpacks answers in the coding that it packed its requests with.
        Assert.Equal("[true, true]", a.GetProperty("packed").GetRawText());
        Assert.Equal("[true, true]", a.GetProperty("packed_stream").GetRawText());
        Assert.Equal("06000000e4bc9ae5919800000000", a.GetProperty("text").GetString());
    });

    [Fact]
    public Task A_stream_answers_each_request_in_its_place() => SaysAsync(a =>
    {
        var stream = a.GetProperty("stream").EnumerateArray().ToArray();
        Assert.Equal(3, stream.Length);
        Assert.Equal(("", ""), (stream[0][0].GetString(), stream[2][0].GetString()));
        Assert.Contains("'nothing'", stream[1][0].GetString());
        Assert.Equal(First, stream[0][1][0].GetDouble(), 1e-6);
        Assert.Equal(First, stream[2][1][0].GetDouble(), 1e-6);
    });

    [Fact]
    public Task Statistics_count_what_was_called() => SaysAsync(a =>
    {
        var statistics = a.GetProperty("statistics");
        Assert.Equal(("koc-potential", "2"), (statistics[0].GetString(), statistics[1].GetString()));
        // One raw and two of the stream went to the version before they were read.
        Assert.Equal((3, 3), (statistics[2].GetInt64(), statistics[3].GetInt64()));
    });

    [Fact]
    public Task Named_features_are_scored_with_the_timings_in_the_trailers() => SaysAsync(a =>
    {
        var score = a.GetProperty("score");
        Assert.Equal(("koc-potential", 2, "订单-7"), (score[0].GetString(), score[1].GetInt32(), score[2].GetString()));
        Assert.Equal([BusinessModels.KocScore(500, 10, bias: 1), BusinessModels.KocScore(0, 10, bias: 1)], score[3].EnumerateArray().Select(s => s[1].GetDouble()), (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal(["high", "medium"], score[3].EnumerateArray().Select(s => s[2].GetString()));
        Assert.Matches("^decode;dur=[0-9.]+, ?features;dur=[0-9.]+, ?queue;dur=[0-9.]+, ?infer;dur=[0-9.]+, ?encode;dur=[0-9.]+", a.GetProperty("trailers").GetProperty("server-timing").GetString());
        Assert.Equal("[[2, 0], [0, 5], [2, 0]]", a.GetProperty("score_stream").GetRawText());
    });

    [Theory]
    [InlineData("unknown_model", "NOT_FOUND", "Request for unknown model: 'nobody' is not found")]
    [InlineData("wrong_input", "INVALID_ARGUMENT", "unexpected inference input 'nothing' for model 'koc-potential'")]
    [InlineData("unsupported", "UNIMPLEMENTED", "")]
    [InlineData("unknown_feature", "INVALID_ARGUMENT", "did you mean 'share_count'?")]
    public Task An_error_is_a_status_with_a_sentence(string call, string code, string sentence) => SaysAsync(a =>
    {
        Assert.Equal(code, a.GetProperty(call)[0].GetString());
        Assert.Contains(sentence, a.GetProperty(call)[1].GetString());
    });

    private async Task SaysAsync(Action<JsonElement> check) => check(await answers.AskedAsync());
}
