namespace Appliance.Host.Cli.Sending;

/// <summary>
/// Whether another body may go out beside those on their way. Bodies on their way arrive in any order, so all of them must lie within the lateness of
/// their source: none can then make another's events late. Pure.
/// </summary>
/// <param name="maxInFlight">Bodies on their way at most.</param>
/// <param name="latenessMicros">How far apart their events may lie.</param>
internal sealed class SendWindowPolicy(int maxInFlight, long latenessMicros)
{
    /// <param name="inFlight">Bodies on their way.</param>
    /// <param name="oldest">The oldest event time in them.</param>
    /// <param name="newest">The newest event time of the next body and of all before it.</param>
    public bool MaySend(int inFlight, long oldest, long newest) =>
        inFlight == 0 || (inFlight < maxInFlight && newest - oldest <= latenessMicros);
}
