using System.Diagnostics;
using System.Runtime.InteropServices;
using Contracts.Inference;
using Google.Protobuf;
using Grpc.Net.Client;

namespace AotProbe;

/// <summary>The published binary over its transports, called by a client that is native itself.</summary>
internal static class TransportProbe
{
    public static async Task RunAsync(string binary)
    {
        int[] ports = [PublishedAppliance.FreePort(), PublishedAppliance.FreePort(), PublishedAppliance.FreePort()];
        using var process = PublishedAppliance.Serve(binary, "serve", "--model-repository", ProbeModels.WriteRepository(), "--strict-readiness", "false",
            "--http-port", $"{ports[0]}", "--grpc-port", $"{ports[1]}", "--metrics-port", $"{ports[2]}");
        try
        {
            using var client = new HttpClient();
            await PublishedAppliance.UntilReadyAsync(client, $"http://127.0.0.1:{ports[0]}/v2/health/ready");
            await CallGrpcAsync($"http://127.0.0.1:{ports[1]}");
            await CallRestAsync(client, $"http://127.0.0.1:{ports[0]}");
            var metrics = await client.GetStringAsync($"http://127.0.0.1:{ports[2]}/metrics");
            Expect.Equal(true, metrics.Contains("nv_inference_request_success{model=\"doubled\",version=\"1\"} 2", StringComparison.Ordinal), "metrics");
            await StopAsync(process);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task CallGrpcAsync(string address)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        Expect.Equal(true, (await client.ServerReadyAsync(new ServerReadyRequest())).Ready, "ServerReady");
        float[] values = [1, 2, 3, 4];
        var request = new ModelInferRequest { ModelName = "doubled", RawInputContents = { ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values)) } };
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, 4 } });
        var response = await client.ModelInferAsync(request);
        Expect.Equal(6f, MemoryMarshal.Cast<byte, float>(response.RawOutputContents[0].Span)[2], "ModelInfer");
    }

    private static async Task CallRestAsync(HttpClient client, string address)
    {
        using var content = new StringContent("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""");
        using var response = await client.PostAsync($"{address}/v2/models/doubled/infer", content);
        var body = await response.Content.ReadAsStringAsync();
        Expect.Equal(true, body.Contains("[2,4,6,8]", StringComparison.Ordinal), body);
    }

    private static async Task StopAsync(Process process)
    {
        Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        Expect.Equal(0, process.ExitCode, "exit code after SIGTERM");
    }
}
