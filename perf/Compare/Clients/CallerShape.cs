namespace Compare.Clients;

/// <summary>How a number of callers is spread: connections, streams on each, threads of the client.</summary>
internal sealed record CallerShape(int Connections, int Streams, int Threads)
{
    public static CallerShape One { get; } = new(1, 1, 1);

    public static CallerShape ThirtyTwo { get; } = new(4, 8, 1);

    /// <summary>Two client threads: with one, two cores were busy to 83-86 % at 256 callers of the floor, with two to 92-94 %.</summary>
    public static CallerShape TwoHundredFiftySix { get; } = new(8, 32, 2);

    public static IReadOnlyList<CallerShape> All { get; } = [One, ThirtyTwo, TwoHundredFiftySix];

    public int Callers => Connections * Streams;
}
