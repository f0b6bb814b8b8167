using System.Text.Json;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Clients;

/// <summary>Debian's curl, called as documents and scripts call it.</summary>
public sealed class CurlTests(SharedAppliance shared) : IDisposable
{
    private const string Program = "/usr/bin/curl";

    private static readonly TensorValue Row = TensorValue.OfFloats(OnnxModels.Input, [1, 3], 1.5f, -2, 3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("curl-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task JSON_by_d_is_answered_although_curl_calls_it_a_form()
    {
        var run = await RunAsync("/v2/models/identity_fp32/infer", "-d", new InferBody().WithFlat(Row).Json);
        Assert.Equal("[1.5,-2,3]", JsonDocument.Parse(run.Text).RootElement.GetProperty("outputs")[0].GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task The_binary_extension_goes_both_ways_by_data_binary()
    {
        var body = new InferBody().WithBinary(Row).WithBinaryOutputs();
        var run = await RunAsync("/v2/models/identity_fp32/infer", "--data-binary", "@" + Write(body.Bytes), "-H", $"{RestReply.LengthHeader}: {body.JsonLength}", "-D", Path("head"));
        var head = await File.ReadAllTextAsync(Path("head"));
        var length = int.Parse(head.Split(RestReply.LengthHeader + ": ")[1].Split("\r\n")[0]);
        Assert.Equal(OnnxModels.Output, JsonDocument.Parse(run.Output.AsMemory(0, length)).RootElement.GetProperty("outputs")[0].GetProperty("name").GetString());
        Assert.Equal(Row.Raw, run.Output[length..]);
    }

    [Fact]
    public async Task A_raw_tensor_is_sent_as_a_file()
    {
        var value = TensorValue.OfFloats(OnnxModels.Input, [], 7.25f);
        var run = await RunAsync("/v2/models/scalar_identity_fp32/infer", "--data-binary", "@" + Write(value.Raw), "-H", $"{RestReply.LengthHeader}: 0");
        Assert.Equal(value.Raw, run.Output[^4..]);
    }

    [Fact]
    public async Task A_large_body_is_sent_once_the_server_says_continue()
    {
        var body = new InferBody().WithBinary(new TensorValue(OnnxModels.Input, "UINT8", [1, 8 << 20], new byte[8 << 20]));
        var run = await RunAsync(
            "/v2/models/identity_uint8/infer", "-v", "--data-binary", "@" + Write(body.Bytes), "-H", $"{RestReply.LengthHeader}: {body.JsonLength}", "-H", "Expect: 100-continue", "-o", Path("out"));
        Assert.Contains("< HTTP/1.1 100 Continue", run.Errors);
        Assert.Contains("< HTTP/1.1 200 OK", run.Errors);
        Assert.Equal(8 << 20, JsonDocument.Parse(await File.ReadAllBytesAsync(Path("out"))).RootElement.GetProperty("outputs")[0].GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_not_even_asked_for()
    {
        var run = await RunAsync("/v2/models/identity_uint8/infer", "-v", "--data-binary", "@" + Write(new byte[(64 << 20) + 1]), "-H", "Expect: 100-continue");
        Assert.DoesNotContain("100 Continue", run.Errors);
        Assert.Contains("< HTTP/1.1 413 ", run.Errors);
        Assert.Contains("Rest:MaxRequestBytes", JsonDocument.Parse(run.Text).RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public async Task One_connection_carries_many_requests()
    {
        var url = await UrlAsync("/v2/health/ready");
        var run = await CurlAsync("-sS", "-v", url, url, url);
        Assert.Equal("""{"ready":true}{"ready":true}{"ready":true}""", run.Text);
        Assert.Equal(2, Count(run.Errors, "Re-using existing connection"));
    }

    [Fact]
    public async Task A_refused_request_leaves_the_connection_usable()
    {
        var url = await UrlAsync("/v2/models/nobody/infer");
        var run = await CurlAsync("-sS", "-v", "-d", "{}", url, url);
        Assert.Equal(2, Count(run.Text, "Request for unknown model: 'nobody' is not found"));
        Assert.Equal(1, Count(run.Errors, "Re-using existing connection"));
    }

    [Fact]
    public async Task HEAD_gets_the_head_of_GET()
    {
        var run = await RunAsync("/v2/health/live", "-I");
        Assert.StartsWith("HTTP/1.1 200 OK", run.Text);
        Assert.Contains("Content-Length: 13", run.Text);
    }

    [Fact]
    public async Task OPTIONS_is_answered_with_the_methods_that_are_taken()
    {
        var run = await RunAsync("/v2/models/add_sub/infer", "-i", "-X", "OPTIONS");
        Assert.StartsWith("HTTP/1.1 405 Method Not Allowed", run.Text);
        Assert.Contains("Allow: POST", run.Text);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("")]
    public async Task Another_content_type_is_read_as_JSON_all_the_same(string type)
    {
        var run = await RunAsync("/v2/models/identity_fp32/infer", "-H", $"Content-Type: {type}", "-d", new InferBody().WithFlat(Row).Json);
        Assert.Contains("\"data\":[1.5,-2,3]", run.Text);
    }

    [Fact]
    public async Task A_form_upload_is_told_that_it_is_no_JSON()
    {
        var run = await RunAsync("/v2/models/identity_fp32/infer", "-F", "file=@" + Write("{}"u8.ToArray()), "-w", "%{http_code}");
        Assert.EndsWith("400", run.Text);
        Assert.Contains("failed to parse the request JSON", run.Text);
    }

    [Fact]
    public async Task HTTP_1_0_is_answered_and_closed()
    {
        var run = await RunAsync("/v2/health/live", "--http1.0", "-i");
        Assert.EndsWith("{\"live\":true}", run.Text);
        Assert.Contains("Connection: close", run.Text);
    }

    [Fact]
    public async Task The_gRPC_port_serves_no_REST_in_either_version_of_HTTP()
    {
        var appliance = await shared.StartedAsync();
        foreach (var version in new[] { "--http2-prior-knowledge", "--http1.1" })
        {
            var run = await ProgramRun.OfAsync(Program, version, "-sS", "--max-time", "30", $"http://127.0.0.1:{appliance.GrpcPort}/v2/health/live");
            Assert.DoesNotContain("live", run.Text);
        }
    }

    private async Task<ProgramRun> RunAsync(string path, params string[] arguments) => await CurlAsync(["-sS", .. arguments, await UrlAsync(path)]);

    private static async Task<ProgramRun> CurlAsync(params string[] arguments)
    {
        var run = await ProgramRun.OfAsync(Program, ["--max-time", "30", .. arguments]);
        Assert.True(run.ExitCode == 0, $"curl ended with {run.ExitCode}: {run.Errors}");
        return run;
    }

    private async Task<string> UrlAsync(string path) => $"http://127.0.0.1:{(await shared.StartedAsync()).HttpPort}{path}";

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    private string Write(byte[] bytes)
    {
        File.WriteAllBytes(Path("body"), bytes);
        return Path("body");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
