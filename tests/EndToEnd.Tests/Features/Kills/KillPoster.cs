using System.Net;
using System.Text;
using System.Text.Json;
using Contracts.Journal;
using EndToEnd.Tests.Processes;
using Google.Protobuf;
using Grpc.Core;

namespace EndToEnd.Tests.Features.Kills;

/// <summary>
/// Sends one request after the other, events over REST and over gRPC in turn, until there is none or the process is killed. What had no answer then goes back to
/// the ledger. Runs once for each life of the process.
/// </summary>
/// <param name="killed">Cancelled just before the process is killed: whatever fails earlier is the process's fault.</param>
internal sealed class KillPoster(KillLedger ledger, ApplianceProcess appliance, int turn, CancellationToken killed)
{
    private int _turn = turn;

    /// <param name="next">Makes the next request where none waits to be sent again; null where there is to be none.</param>
    public async Task RunAsync(Func<KillPost?> next)
    {
        using var stream = new Journal.JournalClient(appliance.Channel).Append(deadline: ApplianceCalls.Deadline);
        while ((ledger.TakeUnanswered() ?? next()) is { } post)
        {
            try
            {
                var duplicates = post.Rows.Count > 0 ? await PushAsync(post) : _turn++ % 2 == 0 ? await RestAsync(post) : await GrpcAsync(stream, post);
                ledger.Acknowledged(post, duplicates);
            }
            catch (Exception e) when (killed.IsCancellationRequested && e is HttpRequestException or RpcException or IOException or OperationCanceledException or InvalidOperationException)
            {
                // Nobody knows whether it got there.
                ledger.Unanswered(post);
                return;
            }
        }
    }

    private async Task<int> RestAsync(KillPost post)
    {
        using var response = await appliance.Http.PostAsync("/api/events", new StringContent(post.Body, Encoding.UTF8, "application/json"));
        var data = JsonDocument.Parse(await ReadAsync(response)).RootElement.GetProperty("data");
        var duplicates = data.GetProperty("duplicates").GetInt32();
        Assert.Equal(post.Clicks.Count, data.GetProperty("accepted").GetInt32() + duplicates);
        return duplicates;
    }

    private static async Task<int> GrpcAsync(AsyncDuplexStreamingCall<AppendRequest, AppendResponse> stream, KillPost post)
    {
        await stream.RequestStream.WriteAsync(new AppendRequest { Json = ByteString.CopyFromUtf8(post.Body) });
        if (!await stream.ResponseStream.MoveNext(CancellationToken.None)) throw new IOException("the stream has ended");
        var answer = stream.ResponseStream.Current;
        // A process that is killed answers nothing; any other answer is the test's own fault.
        Assert.True(answer.Status == AppendStatus.Appended, $"{answer.Status}: {answer.Error}");
        Assert.Equal(post.Clicks.Count, answer.Appended + answer.Duplicates);
        return answer.Duplicates;
    }

    private async Task<int> PushAsync(KillPost post)
    {
        using var response = await appliance.Http.PostAsync("/push", new StringContent(post.Body, Encoding.UTF8, "application/json"));
        Assert.Equal("null", await ReadAsync(response));
        return 0;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return body;
    }
}
