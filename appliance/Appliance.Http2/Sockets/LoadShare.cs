namespace Appliance.Http2.Sockets;

/// <summary>Which of a loop's connections go to another. Pure.</summary>
internal static class LoadShare
{
    /// <summary>
    /// Those that bring as many bytes as are wanted: the first, as long as they fit, the last of them with up to half more than is missing. What cannot be parted stays,
    /// as its move would move the load and not share it.
    /// </summary>
    public static List<T> Of<T>(IEnumerable<T> inOrder, Func<T, long> bytesOf, long wanted)
    {
        var chosen = new List<T>();
        foreach (var one in inOrder)
        {
            if (bytesOf(one) - wanted > wanted / 2) continue;
            wanted -= bytesOf(one);
            chosen.Add(one);
        }
        return chosen;
    }
}
