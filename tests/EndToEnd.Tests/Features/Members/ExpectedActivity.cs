namespace EndToEnd.Tests.Features.Members;

/// <summary>
/// The features of one member at one moment, worked out from its events one by one as docs/features/windows.md defines them: no panes are kept, no code is shared.
/// </summary>
internal static class ExpectedActivity
{
    private const long Hour = 3_600_000_000, Day = 24 * Hour;

    /// <summary>Each feature of member_activity and member_social with its value; null where it has none. Empty for a member without events.</summary>
    public static Dictionary<string, double?> At(long now, IReadOnlyList<MemberEvent> events)
    {
        if (events.Count == 0) return [];
        var month = Within(events, now, panes: 30, Day);
        var week = Within(events, now, panes: 42, 4 * Hour);
        var purchases = month.Where(e => e.Type == "purchase").ToList();
        var amounts = purchases.Where(e => e.Amount.Length > 0).Select(Amount).ToList();
        double Of(string type) => month.Count(e => e.Type == type);
        var interactions = Of("like") + Of("comment");
        return new Dictionary<string, double?>
        {
            ["member_activity:visit_30d"] = Of("visit"),
            ["member_activity:visit_7d"] = week.Count(e => e.Type == "visit"),
            ["member_activity:purchase_count_30d"] = purchases.Count,
            ["member_activity:consumption_amount"] = amounts.Sum(),
            ["member_activity:largest_purchase_30d"] = amounts.Count == 0 ? null : amounts.Max(),
            ["member_activity:mean_purchase_30d"] = amounts.Count == 0 ? null : amounts.Average(),
            ["member_activity:last_purchase_amount"] = amounts.Count == 0 ? null : Amount(purchases.Where(e => e.Amount.Length > 0).MaxBy(e => (e.TimeMicros, e.Row))!),
            ["member_activity:share_count"] = Of("share"),
            ["member_activity:like_30d"] = Of("like"),
            ["member_activity:comment_30d"] = Of("comment"),
            ["member_activity:complaint_30d"] = Of("complaint"),
            // Four channels are told apart by four registers of 4,096.
            ["member_activity:channels_30d"] = month.Select(e => e.Channel).Distinct().Count(),
            ["member_activity:activity"] = events.Sum(e => Math.Pow(0.5, (now - e.TimeMicros) / (7.0 * Day))),
            ["member_social:social_interaction_score"] = interactions / (interactions + 10),
        };
    }

    /// <summary>The window at a moment: so many panes back from the one that holds it, that one whole.</summary>
    private static List<MemberEvent> Within(IReadOnlyList<MemberEvent> events, long now, int panes, long pane)
    {
        var last = now / pane;
        return [.. events.Where(e => e.TimeMicros / pane > last - panes && e.TimeMicros / pane <= last)];
    }

    private static double Amount(MemberEvent e) => double.Parse(e.Amount, System.Globalization.CultureInfo.InvariantCulture);
}
