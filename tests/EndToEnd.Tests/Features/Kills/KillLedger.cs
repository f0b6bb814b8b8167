using System.Text.Json;

namespace EndToEnd.Tests.Features.Kills;

/// <summary>What was acknowledged, and what has yet to be. Thread-safe.</summary>
internal sealed class KillLedger
{
    // Guards all that follows.
    private readonly Lock _gate = new();
    private readonly Totals[] _totals = new Totals[KillPosts.Shoppers];
    private readonly Queue<KillPost> _unanswered = new();
    private long _events, _rows, _posts, _sentAgain, _foundAgain;
    private (long Posts, TaskCompletionSource Reached)? _goal;

    public long Events { get { lock (_gate) return _events; } }

    public override string ToString()
    {
        lock (_gate) return $"{_posts} requests acknowledged with {_events} events and {_rows} rows; {_sentAgain} of them had been sent without an answer before, {_foundAgain} events of those had got to the disk";
    }

    /// <summary>Completes when so many further requests were acknowledged.</summary>
    public Task FurtherAsync(int posts)
    {
        lock (_gate)
        {
            _goal = (_posts + posts, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return _goal.Value.Reached.Task;
        }
    }

    /// <summary>A request that was sent and not answered, if there is one.</summary>
    public KillPost? TakeUnanswered()
    {
        lock (_gate) return _unanswered.TryDequeue(out var post) ? post : null;
    }

    public void Unanswered(KillPost post)
    {
        lock (_gate)
        {
            post.Attempts++;
            _unanswered.Enqueue(post);
        }
    }

    /// <param name="duplicates">Events of it that were there already.</param>
    public void Acknowledged(KillPost post, int duplicates)
    {
        // Nothing is sent again once it was answered, so only an earlier attempt can have brought an event in.
        Assert.True(duplicates == 0 || post.Attempts > 0, $"{duplicates} events of a first attempt are said to be there already");
        lock (_gate)
        {
            foreach (var click in post.Clicks)
            {
                ref var total = ref _totals[click.Shopper];
                total = total with { Clicks = total.Clicks + 1, Units = total.Units + click.Units, Quarters = total.Quarters + click.Quarters };
            }
            foreach (var row in post.Rows)
            {
                ref var total = ref _totals[row.Shopper];
                if (row.TimeMicros > total.RowTime) total = total with { RowTime = row.TimeMicros, Level = row.Level };
            }
            (_events, _rows, _posts, _foundAgain) = (_events + post.Clicks.Count, _rows + post.Rows.Count, _posts + 1, _foundAgain + duplicates);
            if (post.Attempts > 0) _sentAgain++;
            if (_goal is { } goal && _posts >= goal.Posts) goal.Reached.TrySetResult();
        }
    }

    /// <summary>Fails the test unless the store holds what was acknowledged and nothing else, shopper by shopper.</summary>
    public void Compare(JsonElement[] stored)
    {
        lock (_gate)
        {
            Assert.Empty(_unanswered);
            for (var shopper = 0; shopper < _totals.Length; shopper++)
            {
                var (total, found) = (_totals[shopper], stored[shopper]);
                var clicks = total.Clicks == 0 ? ((string?)null, (string?)null, (string?)null, (string?)null) : (
                    $"{total.Clicks}", $"{total.Clicks}", $"{total.Units}", (total.Quarters * 0.25).ToString(System.Globalization.CultureInfo.InvariantCulture));
                Assert.True(
                    clicks == (found.Value(ShopDefinitions.Clicks), found.Value(ShopDefinitions.ClicksOfTheDay), found.Value(ShopDefinitions.Units), found.Value(ShopDefinitions.Amount)),
                    $"shopper {shopper} has {found.GetRawText()}, and {total} was acknowledged");
                Assert.True((total.RowTime == 0 ? null : $"{total.Level}") == found.Value(ShopDefinitions.Level), $"shopper {shopper} has {found.GetRawText()}, and {total} was acknowledged");
            }
            Assert.Equal(_events, stored.Sum(f => long.Parse(f.Value(ShopDefinitions.Clicks) ?? "0", System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    private readonly record struct Totals(long Clicks, long Units, long Quarters, long RowTime, long Level);
}
