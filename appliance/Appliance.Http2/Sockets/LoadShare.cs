namespace Appliance.Http2.Sockets;

/// <summary>Which of a loop's connections bring half of its load. Pure.</summary>
internal static class LoadShare
{
    /// <summary>
    /// The newest, as long as they fit, the last of them with up to half more than is missing: who opens several connections opens them together, and
    /// answers that come from one loop find him in one turn. What cannot be parted stays, as its move would move the load and not share it.
    /// </summary>
    public static List<T> HalfOf<T>(IEnumerable<T> newestFirst, Func<T, long> bytes)
    {
        var all = newestFirst.ToList();
        var missing = all.Sum(bytes) / 2;
        var chosen = new List<T>();
        foreach (var one in all)
        {
            if (bytes(one) - missing > missing / 2) continue;
            missing -= bytes(one);
            chosen.Add(one);
        }
        return chosen;
    }
}
