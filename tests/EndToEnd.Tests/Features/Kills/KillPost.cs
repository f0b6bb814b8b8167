namespace EndToEnd.Tests.Features.Kills;

/// <summary>One request of the kill test and what it is to have done once it is acknowledged. Sent again, unchanged, until it is.</summary>
/// <param name="Body">Events, one a line, or a body of /push.</param>
/// <param name="Clicks">What the events add; none in a push.</param>
/// <param name="Rows">The rows of a push; none among events.</param>
internal sealed record KillPost(string Body, IReadOnlyList<KillPost.Click> Clicks, IReadOnlyList<KillPost.Row> Rows)
{
    /// <summary>How often it was sent without an answer.</summary>
    public int Attempts { get; set; }

    internal readonly record struct Click(int Shopper, long Units, long Quarters);

    internal readonly record struct Row(int Shopper, long TimeMicros, long Level);
}
