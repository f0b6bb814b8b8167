using System.Globalization;
using System.Net;
using System.Text;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features;

/// <summary>Made-up events of some members, and scores of them, against one process. Seeded.</summary>
internal sealed class MemberWorkload(ApplianceProcess appliance, int seed)
{
    private const int Members = 60;
    private static readonly string[] Types = ["visit", "purchase", "like", "comment", "share", "complaint"];

    private readonly Random _random = new(seed);
    private int _batches;

    /// <summary>Sends events whose times go from the first moment to the second; on the disk when it completes.</summary>
    public async Task SendAsync(int count, DateTimeOffset from, DateTimeOffset to)
    {
        var batch = ++_batches;
        var lines = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var time = from + ((to - from) * i / count);
            var amount = _random.Next(2) == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\"amount\":{_random.Next(1, 90_000) / 100.0},");
            lines.AppendLine(
                CultureInfo.InvariantCulture,
                $$$"""{"id":"{{{batch}}}-{{{i}}}","source":"member_events","type":"{{{Types[_random.Next(Types.Length)]}}}","entity":{"member_id":{{{_random.Next(Members)}}}},"time":"{{{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}}}","data":{{{{amount}}}"channel":"app"}}""");
        }
        using var content = new StringContent(lines.ToString(), Encoding.UTF8, "application/json");
        using var answer = await appliance.Http.PostAsync("/api/events", content, TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Scores members by their ids, one after the other.</summary>
    public async Task ScoreAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var json = string.Create(CultureInfo.InvariantCulture, $$$"""{"entity":{"member_id":{{{i * 7 % Members}}}}}""");
            using var content = new StringContent(json, Encoding.UTF8, "application/json");
            using var answer = await appliance.Http.PostAsync($"/api/predict/{BusinessModels.Koc}", content, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }
}
