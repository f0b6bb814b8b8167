using System.Net.Sockets;
using System.Security.Authentication;
using System.Net.Security;
using System.Text.Json;
using Contracts.Inference;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Features.Faults;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;
using Grpc.Net.Client;

namespace EndToEnd.Tests.Security;

/// <summary>The published binary with everything of security on.</summary>
public sealed class SecurityTests
{
    private const string Infer = $"/v2/models/{SecuredAppliance.Model}/infer";
    private const string Body = """{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""";

    private static readonly TensorValue Row = TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4);

    [Fact]
    public async Task Curl_calls_every_port_over_TLS_by_key_and_by_certificate()
    {
        await using var secured = await SecuredAppliance.StartAsync();
        var http = secured.Process.HttpPort;
        Assert.Equal((200, "{\"ready\":true}"), await secured.CurlAsync(http, "/health/ready"));
        Assert.Equal(401, (await secured.CurlAsync(http, Infer, "-d", Body)).Status);
        var (status, body) = await secured.CurlAsync(http, Infer, "-d", Body, "-H", $"x-api-key: {secured.KeyOf("shop")}");
        Assert.Equal((200, "[2,4,6,8]"), (status, JsonDocument.Parse(body).RootElement.GetProperty("outputs")[0].GetProperty("data").GetRawText()));
        Assert.Equal(200, (await secured.CurlAsync(http, Infer, "-d", Body, "--cert", secured.PathOf("etl.pem"), "--key", secured.PathOf("etl.key"))).Status);
        Assert.Equal(403, (await secured.CurlAsync(http, "/api/models", "-H", $"authorization: Bearer {secured.KeyOf("shop")}")).Status);
        Assert.Equal(401, (await secured.CurlAsync(secured.Process.MetricsPort, "/metrics")).Status);
        (status, body) = await secured.CurlAsync(secured.Process.MetricsPort, "/metrics", "-H", $"x-api-key: {secured.KeyOf("watcher")}");
        Assert.Equal(200, status);
        Assert.Contains("appliance_security_calls_total{outcome=\"no_credentials\"} 2", body);
        Assert.DoesNotContain("shop", body);
        foreach (var principal in new[] { "shop", "watcher", "ops" }) Assert.False(secured.Process.Log.Contains(secured.KeyOf(principal)), "a key is in the log");
    }

    [Fact]
    public async Task The_gRPC_port_speaks_h2_by_ALPN_in_TLS_1_2_and_1_3_alone()
    {
        await using var secured = await SecuredAppliance.StartAsync();
        foreach (var version in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            using var client = new TcpClient("127.0.0.1", secured.Process.GrpcPort);
            await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
            await stream.AuthenticateAsClientAsync(Options(version, SslApplicationProtocol.Http2), TestContext.Current.CancellationToken);
            Assert.Equal((version, SslApplicationProtocol.Http2), (stream.SslProtocol, stream.NegotiatedApplicationProtocol));
        }
        using var other = new TcpClient("127.0.0.1", secured.Process.GrpcPort);
        await using var refused = new SslStream(other.GetStream(), false, (_, _, _, _) => true);
        await Assert.ThrowsAnyAsync<AuthenticationException>(() => refused.AuthenticateAsClientAsync(Options(SslProtocols.Tls13, SslApplicationProtocol.Http11), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Grpc_callers_are_asked_on_the_short_path_the_stream_and_all_others()
    {
        await using var secured = await SecuredAppliance.StartAsync();
        var inference = secured.Process.Inference;
        Assert.Equal(StatusCode.Unauthenticated, (await FailureAsync(async () => await inference.ModelInferAsync(InferMessages.Raw(SecuredAppliance.Model, Row), deadline: ApplianceCalls.Deadline))).StatusCode);
        for (var i = 0; i < 3; i++)
        {
            var answer = await inference.ModelInferAsync(InferMessages.Raw(SecuredAppliance.Model, Row), Key(secured, "shop"), ApplianceCalls.Deadline, TestContext.Current.CancellationToken);
            Assert.Equal([2f, 4, 6, 8], Assert.Single(InferMessages.Outputs(answer)).As<float>());
        }
        var other = await FailureAsync(async () => await inference.ModelInferAsync(InferMessages.Raw("other", Row), Key(secured, "shop"), ApplianceCalls.Deadline));
        Assert.Equal(StatusCode.PermissionDenied, other.StatusCode);
        var role = await FailureAsync(async () => await inference.RepositoryIndexAsync(new RepositoryIndexRequest(), Key(secured, "shop"), ApplianceCalls.Deadline));
        Assert.Equal((StatusCode.PermissionDenied, "principal 'shop' has role score; the call needs role read"), (role.StatusCode, role.Detail));
        using var stream = inference.ModelStreamInfer(Key(secured, "shop"), ApplianceCalls.Deadline, TestContext.Current.CancellationToken);
        await stream.RequestStream.WriteAsync(InferMessages.Raw(SecuredAppliance.Model, Row), TestContext.Current.CancellationToken);
        await stream.RequestStream.WriteAsync(InferMessages.Raw("other", Row), TestContext.Current.CancellationToken);
        await stream.RequestStream.CompleteAsync();
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal("", stream.ResponseStream.Current.ErrorMessage);
        Assert.True(await stream.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Contains("'other' is none of them", stream.ResponseStream.Current.ErrorMessage);
    }

    [Fact]
    public async Task A_client_certificate_speaks_for_its_holder_over_gRPC_and_a_foreign_one_gets_no_connection()
    {
        await using var secured = await SecuredAppliance.StartAsync();
        using var channel = GrpcChannel.ForAddress($"https://127.0.0.1:{secured.Process.GrpcPort}", new GrpcChannelOptions { HttpHandler = secured.Handler("etl") });
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        await client.ModelInferAsync(InferMessages.Raw(SecuredAppliance.Model, Row), deadline: ApplianceCalls.Deadline, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty((await client.RepositoryIndexAsync(new RepositoryIndexRequest(), deadline: ApplianceCalls.Deadline, cancellationToken: TestContext.Current.CancellationToken)).Models);

        await using var foreign = await SecuredAppliance.StartAsync();
        using var handler = foreign.Handler("etl");
        handler.SslOptions.CertificateChainPolicy = secured.Handler().SslOptions.CertificateChainPolicy;
        using var http = new HttpClient(handler);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetAsync($"https://127.0.0.1:{secured.Process.HttpPort}/health/ready", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Debian_s_Python_calls_by_key_and_by_certificate()
    {
        await using var secured = await SecuredAppliance.StartAsync();
        var stubs = Directory.CreateDirectory(secured.PathOf("stubs")).FullName;
        var protos = Path.Combine(RepositoryRoot.Path, "contracts/protos");
        await Python.CompileAsync(protos, $"--python_out={stubs}", $"--grpc_python_out={stubs}", Path.Combine(protos, "inference.proto"), Path.Combine(protos, "model_config.proto"));
        var answers = JsonDocument.Parse(await Python.RunScriptAsync(
            "secure_client.py", stubs, $"{secured.Process.GrpcPort}", secured.CaFile, secured.KeyOf("shop"), secured.PathOf("etl.pem"), secured.PathOf("etl.key"))).RootElement;
        Assert.Equal("""{"live": true, "nobody": "UNAUTHENTICATED", "key": [2.0, 4.0, 6.0, 8.0], "role": "PERMISSION_DENIED", "certificate": [2.0, 4.0, 6.0, 8.0]}""", answers.GetRawText());
    }

    [Fact]
    public async Task Certificates_and_keys_are_taken_as_they_change_and_connections_that_are_open_stay()
    {
        await using var secured = await SecuredAppliance.StartAsync();
        using var http = new HttpClient(secured.Handler()) { BaseAddress = secured.Process.Http.BaseAddress };
        http.DefaultRequestHeaders.Add("x-api-key", secured.KeyOf("shop"));
        var before = await ServedAsync(secured);
        await InferAsync(http);

        // One that cannot be used: the certificate of one pair, the key of another.
        var good = await File.ReadAllTextAsync(secured.PathOf("server.key"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(secured.PathOf("server.key"), await File.ReadAllTextAsync(secured.PathOf("etl.key"), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await Eventually.BecomesTrueAsync(() => secured.Process.Log.Contains("those before stay in force"), TimeSpan.FromSeconds(30), "the log tells of the broken key");
        Assert.Equal(before, await ServedAsync(secured));
        await File.WriteAllTextAsync(secured.PathOf("server.key"), good, TestContext.Current.CancellationToken);

        await secured.SignAsync("server", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n");
        await Eventually.BecomesTrueAsync(async () => await ServedAsync(secured) != before, TimeSpan.FromSeconds(30), "the new certificate is served");
        // Over the connection of before.
        await InferAsync(http);

        var run = await secured.CommandAsync("keys", "remove", "shop", "--file", secured.KeysFile);
        Assert.Equal(0, run.ExitCode);
        await Eventually.BecomesTrueAsync(
            async () => (await secured.CurlAsync(secured.Process.HttpPort, Infer, "-d", Body, "-H", $"x-api-key: {secured.KeyOf("shop")}")).Status == 401, TimeSpan.FromSeconds(30), "the removed key is refused");
    }

    [Fact]
    public async Task Administration_is_written_down_verified_by_the_command_and_refused_on_a_full_disk()
    {
        await using var disk = await SmallDisk.MountAsync(1);
        await using var secured = await SecuredAppliance.StartAsync(disk.Path);
        string[] ops = ["-X", "POST", "-H", $"x-api-key: {secured.KeyOf("ops")}"];
        var pin = $"/api/models/{SecuredAppliance.Model}/pin";
        Assert.Equal(200, (await secured.CurlAsync(secured.Process.HttpPort, pin, [.. ops, "-d", """{"version":1}"""])).Status);
        disk.Fill();
        // What is left of the last block takes a few lines more.
        var refused = 0;
        for (var i = 0; i < 50 && refused == 0; i++)
        {
            if ((await secured.CurlAsync(secured.Process.HttpPort, pin, [.. ops, "-d", """{"version":1}"""])).Status == 503) refused++;
        }
        Assert.Equal(1, refused);
        Assert.Equal(200, (await secured.CurlAsync(secured.Process.HttpPort, Infer, "-d", Body, "-H", $"x-api-key: {secured.KeyOf("shop")}")).Status);
        disk.Empty();
        Assert.Equal(200, (await secured.CurlAsync(secured.Process.HttpPort, pin, [.. ops, "-d", """{"version":1}"""])).Status);
        Assert.Equal(0, await secured.Process.StopAsync());

        var run = await secured.CommandAsync("audit", "verify", "--folder", disk.Path);
        Assert.True(run.ExitCode == 0 && run.Text.StartsWith("whole: ", StringComparison.Ordinal) && !run.Text.Contains("nothing says", StringComparison.Ordinal), run.Text + run.Errors);
        var file = Directory.GetFiles(disk.Path, "audit-*.jsonl").Single();
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        lines[1] = lines[1].Replace("\"200\"", "\"403\"");
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        run = await secured.CommandAsync("audit", "verify", "--folder", disk.Path);
        Assert.Equal((3, true), (run.ExitCode, run.Text.StartsWith("broken: audit-00000001.jsonl line 2: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_is_said_before_a_port_opens()
    {
        using var repository = new TemporaryRepository();
        var folder = Directory.CreateTempSubdirectory("keys-");
        var keys = Path.Combine(folder.FullName, "keys.json");
        await File.WriteAllTextAsync(keys, """{"principals":[{"name":"a","roles":["root"],"certificate":"*"}]}""", TestContext.Current.CancellationToken);
        var run = await ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), "serve", "--model-repository", repository.Path, "--keys-file", keys, "--audit-folder", folder.FullName);
        folder.Delete(recursive: true);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("principal 'a' has role 'root'; it must be one of score, read, operate, admin", run.Errors);
    }

    private static async Task InferAsync(HttpClient http)
    {
        using var content = new StringContent(Body);
        using var response = await http.PostAsync(Infer, content, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
    }

    // The serial number of the certificate that new connections are shown.
    private static async Task<string> ServedAsync(SecuredAppliance secured)
    {
        using var client = new TcpClient("127.0.0.1", secured.Process.HttpPort);
        await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await stream.AuthenticateAsClientAsync(Options(SslProtocols.Tls13, SslApplicationProtocol.Http11), TestContext.Current.CancellationToken);
        return stream.RemoteCertificate!.GetSerialNumberString();
    }

    private static SslClientAuthenticationOptions Options(SslProtocols version, SslApplicationProtocol protocol) =>
        new() { TargetHost = "127.0.0.1", EnabledSslProtocols = version, ApplicationProtocols = [protocol] };

    private static Metadata Key(SecuredAppliance secured, string principal) => new() { { "x-api-key", secured.KeyOf(principal) } };

    private static async Task<Status> FailureAsync(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).Status;
}
