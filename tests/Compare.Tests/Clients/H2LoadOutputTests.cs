using Compare.Clients;
using Xunit;

namespace Compare.Tests.Clients;

public sealed class H2LoadOutputTests
{
    private const string Summary = """
        Main benchmark duration is over for thread #0. Stopping all clients.

        finished in 1.01s, 52329.50 req/s, 3.49MB/s
        requests: 52329 total, 52361 started, 52329 done, 52320 succeeded, 9 failed, 4 errored, 2 timeout
        status codes: 52310 2xx, 0 3xx, 10 4xx, 0 5xx
        traffic: 3.49MB (3663978) total, 153.61KB (157295) headers (space savings 95.77%), 1.95MB (2040831) data
        """;

    [Fact]
    public void Rate_and_good_answers_are_read_and_the_rest_has_failed()
    {
        var output = H2LoadOutput.Parse(Summary);

        Assert.Equal(52329.5, output.Rate);
        Assert.Equal(52310, output.Good);
        Assert.Equal(52320 + 9 + 4 + 2 - 52310, output.Failed);
    }

    [Fact]
    public void Output_without_a_summary_is_an_error() => Assert.Throws<FormatException>(() => H2LoadOutput.Parse("starting benchmark...\n"));

    [Fact]
    public void A_log_gives_the_durations_of_good_answers_only()
    {
        var log = "1795395127158329\t200\t1818\n1795395127158335\t404\t99999\n1795395127158337\t200\t12\n1795395127158338\t-1\t5\ncut\t200"u8;

        var durations = H2LoadLog.Parse(log);

        Assert.Equal((2, 1_818_000), (durations.Count, durations.Max));
        Assert.InRange(durations.Percentile(50), 12_000, 12_012);
    }

    [Fact]
    public void A_grpc_call_is_asked_for_with_its_shape_time_and_headers()
    {
        var call = H2LoadCall.Grpc(new Uri("http://127.0.0.1:8001"), "body.bin");

        Assert.Equal(
            [
                "-c", "4", "-m", "8", "-t", "1", "-D", "2500ms", "--log-file=l", "-H", "content-type: application/grpc", "-H", "te: trailers",
                "-d", "body.bin", "http://127.0.0.1:8001/inference.GRPCInferenceService/ModelInfer",
            ],
            call.Arguments(CallerShape.ThirtyTwo, 2.5, "l"));
    }

    [Fact]
    public void A_json_call_goes_over_http_1()
    {
        var call = H2LoadCall.Json(new Uri("http://127.0.0.1:8000"), "/p", "b.json");

        Assert.Contains("--h1", call.Arguments(CallerShape.One, 1, null));
        Assert.Contains("content-type: application/json", call.Arguments(CallerShape.One, 1, null));
    }

    [Fact]
    public void Callers_are_connections_times_streams() => Assert.Equal([1, 32, 256], CallerShape.All.Select(shape => shape.Callers));
}
