using System.Globalization;
using System.Text;

namespace EndToEnd.Tests.Features.Kills;

/// <summary>Makes the requests of one poster from a seed. Ids and times are its own: no two events or rows of a test are the same.</summary>
internal sealed class KillPosts(int seed, int poster, int posters, long nowMicros)
{
    public const int Shoppers = 1000;

    private const int MostEvents = 40, MostRows = 8;

    // Half a day: within the lateness of a day whatever the order of arrival, and within the shortest window.
    private const int SpreadSeconds = 43_200;

    private readonly Random _random = new(HashCode.Combine(seed, poster));
    private long _made = poster;

    /// <summary>Events three times out of four, else rows.</summary>
    public KillPost Next() => _random.Next(4) == 0 ? Push() : Events();

    private KillPost Events()
    {
        var clicks = new KillPost.Click[_random.Next(1, MostEvents + 1)];
        var body = new StringBuilder();
        for (var i = 0; i < clicks.Length; i++)
        {
            clicks[i] = new KillPost.Click(_random.Next(Shoppers), _random.Next(-5, 100), _random.Next(0, 400));
            body.Append(ShopDefinitions.Click($"k-{Number()}", clicks[i].Shopper, clicks[i].Units, clicks[i].Quarters, Time())).Append('\n');
        }
        return new KillPost(body.ToString(), clicks, []);
    }

    private KillPost Push()
    {
        var rows = new KillPost.Row[_random.Next(1, MostRows + 1)];
        // The number makes every time another one: which row is the newest never depends on the order of arrival.
        for (var i = 0; i < rows.Length; i++)
        {
            var number = Number();
            rows[i] = new KillPost.Row(_random.Next(Shoppers), (Time() / 1_000_000 * 1_000_000) + number, number);
        }
        var body = $$"""
            {"push_source_name":"profiles","df":{"shopper_id":[{{Join(rows, r => r.Shopper)}}],"level":[{{Join(rows, r => r.Level)}}],
            "note":[{{string.Join(',', rows.Select(r => $"\"{new string('n', (int)(r.Level % 100))}\""))}}],"event_timestamp":[{{string.Join(',', rows.Select(r => $"\"{FeatureCalls.Moment(r.TimeMicros)}\""))}}]} }
            """;
        return new KillPost(body, [], rows);
    }

    private static string Join(KillPost.Row[] rows, Func<KillPost.Row, long> value) => string.Join(',', rows.Select(r => value(r).ToString(CultureInfo.InvariantCulture)));

    private long Number() => _made += posters;

    private long Time() => nowMicros - (_random.Next(SpreadSeconds) * 1_000_000L);
}
