using System.Net;
using System.Text;

namespace Appliance.Host.Tests.Cli.Sending;

/// <summary>Answers posted bodies as the test says, and keeps them in the order in which they came. Thread-safe.</summary>
internal sealed class ScriptedAppliance(Func<int, string, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly List<string> _bodies = [];

    public IReadOnlyList<string> Bodies
    {
        get
        {
            lock (_bodies) return [.. _bodies];
        }
    }

    public static HttpResponseMessage Reply(HttpStatusCode status, string json, int? retryAfter = null)
    {
        var reply = new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (retryAfter is { } seconds) reply.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        return reply;
    }

    public static HttpResponseMessage Taken(int accepted, int duplicates = 0) =>
        Reply(HttpStatusCode.OK, $$$"""{"code":200,"data":{"accepted":{{{accepted}}},"duplicates":{{{duplicates}}},"position":1}}""");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        int call;
        lock (_bodies)
        {
            call = _bodies.Count;
            _bodies.Add(body);
        }
        return answer(call, body);
    }
}
