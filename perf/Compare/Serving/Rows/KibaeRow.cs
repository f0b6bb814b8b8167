using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Appliance.LoadGen.Bodies;
using Compare.Clients;
using Compare.Models;
using Compare.Results;
using Compare.Servers;
using Compare.Tables;

namespace Compare.Serving.Rows;

/// <summary>
/// kibae/onnxruntime-server, in C++, on the same model: its REST by the same client, and its TCP protocol by a loop here, since no load generator speaks it: a header of type, length,
/// length of the JSON and of what follows it, in network order, then the JSON.
/// </summary>
internal static class KibaeRow
{
    private const string Version = "1";
    private const int HeaderBytes = 26;

    /// <summary>Its number for a run of a session.</summary>
    private const short Execute = 5;

    public static async Task MeasureAsync(ServingOptions options, ServingWorkload workload, TableReport report, string program, ClosedLoopSide ours)
    {
        var ports = ServerPorts.PickLow();
        var tcp = ports.Http;
        using var server = await ServerProcess.StartPeerAsync(program, port =>
        [
            "--model-dir", workload.Repository.Path, "--prepare-model", $"{ServingWorkload.Mlp}:{Version}", "--http-port", $"{port}", "--tcp-port", $"{tcp}", "--log-level", "error",
            "--access-log-file", "/dev/null",
        ], Path.Combine(options.Work, "kibae.log"), ports);
        var data = JsonSerializer.Serialize(InferBody.Values([1, MlpGraph.Width], 1), KibaeJsonContext.Default.SingleArray);
        var body = Path.GetFullPath(Path.Combine(options.Work, "kibae.json"));
        await File.WriteAllTextAsync(body, $$"""{"{{MlpGraph.Input}}":[{{data}}]}""");
        var theirs = new ClosedLoopSide("kibae/onnxruntime-server, REST", server, H2LoadCall.Json(server.Grpc, $"/api/sessions/{ServingWorkload.Mlp}/{Version}", body));
        ClosedLoopSide.Measure(options.Plan, report, "rest", RestRow.Shape, theirs, ours);
        report.Lines.Add(TableLines.AtLeast("rest", "REST JSON, 32 callers: rate to kibae/onnxruntime-server's", $"{Spread.Of(theirs.Rates).Format("F0")}/s", PairedRatio.Of([.. ours.Rates.TakeLast(options.Rounds)], theirs.Rates), 1));

        var message = Encoding.UTF8.GetBytes($$$"""{"model":"{{{ServingWorkload.Mlp}}}","version":"{{{Version}}}","data":{"{{{MlpGraph.Input}}}":[{{{data}}}]}}""");
        var infer = new ClosedLoopSide("appliance, ModelInfer", ours.Server, workload.Infer(ours.Server, ServingWorkload.Mlp));
        var (rates, mine) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            rates.Add(Loop(tcp, message, CallerShape.ThirtyTwo.Callers, TimeSpan.FromSeconds(options.Seconds)));
            mine.Add(H2Load.MeasureRate(infer.Server, infer.Call, CallerShape.ThirtyTwo, options.Seconds).Rate);
        }
        report.Lines.Add(TableLines.AtLeast("rest", "ModelInfer over gRPC, 32 callers: rate to that of kibae/onnxruntime-server's TCP protocol", $"{Spread.Of(rates).Format("F0")}/s", PairedRatio.Of(mine, rates), 1));
    }

    // A connection a caller, each with a thread of its own that waits for its answer.
    private static double Loop(int port, byte[] message, int callers, TimeSpan duration)
    {
        var request = new byte[HeaderBytes + message.Length];
        BinaryPrimitives.WriteInt16BigEndian(request, Execute);
        BinaryPrimitives.WriteInt64BigEndian(request.AsSpan(2), message.Length);
        BinaryPrimitives.WriteInt64BigEndian(request.AsSpan(10), message.Length);
        message.CopyTo(request, HeaderBytes);
        var counts = new long[callers];
        var start = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, callers).Select(i => new Thread(() => counts[i] = Call(port, request, start, duration))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static long Call(int port, byte[] request, long start, TimeSpan duration)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        using var stream = new NetworkStream(socket);
        var answer = new byte[4096];
        var count = 0L;
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            stream.Write(request);
            stream.ReadExactly(answer, 0, HeaderBytes);
            if (BinaryPrimitives.ReadInt16BigEndian(answer) != Execute) throw new InvalidOperationException("The TCP protocol's answer is an error.");
            stream.ReadExactly(answer, 0, (int)BinaryPrimitives.ReadInt64BigEndian(answer.AsSpan(2)));
            count++;
        }
        return count;
    }
}
