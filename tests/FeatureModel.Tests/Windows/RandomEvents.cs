namespace FeatureModel.Tests.Windows;

/// <summary>Events that crowd around pane borders, with every awkward value, made from a seed.</summary>
internal sealed class RandomEvents(int seed)
{
    private static readonly double?[] Amounts = [null, 0, -0.0, 1.5, -1.5, 1e-300, 1e17, -1e17, 0.1, double.NaN, double.PositiveInfinity, 1e300];
    private static readonly long?[] Points = [null, 0, 1, -1, 7, long.MaxValue, long.MinValue];
    private static readonly string?[] Channels = [null, "", "app", "store", "wechat"];

    private readonly Random _random = new(seed);

    public Random Random => _random;

    /// <param name="border">Length that most times are near a multiple of.</param>
    /// <param name="finite">Whether sums stay small enough that 1e-9 of them is meaningful after cancellation in decayed values.</param>
    public RawEvent[] Make(int count, long centre, long spread, long border, bool finite)
    {
        var events = new RawEvent[count];
        for (var i = 0; i < count; i++)
        {
            var time = centre - _random.NextInt64(spread);
            if (_random.Next(3) > 0) time = time / border * border + _random.Next(-1, 2);
            if (i > 0 && _random.Next(8) == 0) time = events[_random.Next(i)].Micros;
            events[i] = new RawEvent(
                time, i, _random.Next(2) == 0 ? "purchase" : "visit", finite ? _random.Next(-500, 500) / 4.0 : Pick(Amounts),
                finite ? _random.Next(-500, 500) : Pick(Points), Pick(Channels) ?? $"channel {_random.Next(3_000)}",
                _random.Next(4) == 0 ? time - _random.NextInt64(spread) : long.MaxValue);
        }
        return events;
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
