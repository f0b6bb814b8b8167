using System.Text;
using Appliance.Host.Cli.Events;
using FeatureModel.Events;

namespace Appliance.Host.Tests.Cli.Events;

public sealed class EventIdentityTests
{
    private static readonly byte[] A = Record("visit", null);
    private static readonly byte[] B = Record("like", null);

    [Fact]
    public void An_event_alone_is_the_event_of_its_content_and_repeats_are_counted()
    {
        var identity = new EventIdentity();
        Assert.Null(identity.Of(View(A), isMoved: false));
        Assert.Null(identity.Of(View(B), isMoved: false));
        Assert.Equal($"{View(A).Id}-2", identity.Of(View(A), isMoved: false));
        Assert.Equal($"{View(A).Id}-3", identity.Of(View(A), isMoved: false));
        Assert.Equal($"{View(B).Id}-2", identity.Of(View(B), isMoved: false));
    }

    [Fact]
    public void A_moved_event_keeps_the_id_of_its_own_time()
    {
        var identity = new EventIdentity();
        Assert.Equal(View(A).Id.ToString(), identity.Of(View(A), isMoved: true));
        Assert.Equal($"{View(A).Id}-2", identity.Of(View(A), isMoved: true));
    }

    [Fact]
    public void Reading_a_file_again_or_with_lines_added_gives_the_same_ids()
    {
        string?[] Ids(params byte[][] lines)
        {
            var identity = new EventIdentity();
            return [.. lines.Select(line => identity.Of(View(line), isMoved: false))];
        }
        Assert.Equal(Ids(A, B, A), Ids(A, B, A, A, B)[..3]);
    }

    [Fact]
    public void An_id_that_was_given_is_kept_however_often_it_stands_there()
    {
        var identity = new EventIdentity();
        var given = Record("visit", "order-7");
        Assert.Null(identity.Of(View(given), isMoved: true));
        Assert.Null(identity.Of(View(given), isMoved: true));
    }

    [Fact]
    public void The_longest_id_fits()
    {
        Assert.Equal(EventIdentity.MaxLength, $"{View(A).Id}-{int.MaxValue}".Length);
        Assert.InRange(EventIdentity.MaxLength, 1, EventLimits.Default.MaxIdBytes);
    }

    private static byte[] Record(string type, string? id) => new FeatureEvent
    {
        Id = id,
        Source = "clicks",
        Type = type,
        Entity = [new EventEntity("user_id", 7)],
        EventTime = 1,
        Data = Encoding.UTF8.GetBytes("{}"),
    }.ToRecord(0);

    private static EventRecord View(byte[] record) => EventRecord.TryParse(record, out var view) ? view : throw new InvalidOperationException("no record");
}
