using System.Text;
using System.Text.Json;
using FeatureClients.Events;
using Xunit;

namespace Compare.Tests.FeatureClients;

public sealed class EventBodyTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void No_two_events_of_a_run_are_the_same_even_where_the_clock_stands_still()
    {
        var bodies = Enumerable.Range(0, 3).Select(lane => new EventBody(events: 40, members: 2, lane, lanes: 3)).ToList();
        var events = new List<string>();
        for (var use = 0; use < 5; use++)
        {
            foreach (var body in bodies)
            {
                body.Next(_now);
                events.AddRange(Lines(body));
            }
        }

        Assert.Equal(5 * 3 * 40, events.Distinct().Count());
    }

    [Fact]
    public void Each_line_is_an_event_of_one_of_the_members_at_about_now()
    {
        var body = new EventBody(events: 16, members: 5, lane: 1, lanes: 2);
        body.Next(_now);

        var events = Lines(body).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal(16, events.Count);
        Assert.All(events, e => Assert.InRange(e.GetProperty("entity").GetProperty("member_id").GetInt32(), EventBody.FirstMember, EventBody.FirstMember + 4));
        Assert.All(events, e => Assert.InRange(e.GetProperty("time").GetDateTimeOffset(), _now.AddMilliseconds(-1), _now.AddMilliseconds(1)));
        Assert.All(events, e => Assert.Equal(e.GetProperty("type").GetString() == "purchase", e.GetProperty("data").TryGetProperty("amount", out _)));
    }

    private static IEnumerable<string> Lines(EventBody body) => Encoding.UTF8.GetString(body.Bytes.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
