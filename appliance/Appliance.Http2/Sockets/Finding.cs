namespace Appliance.Http2.Sockets;

/// <summary>What was tried and found, and stands for a while: longer each time that it is found again. Not thread-safe.</summary>
/// <param name="first">Ticks that it stands for at first.</param>
/// <param name="doublings">How often that is doubled at most.</param>
internal sealed class Finding(long first, int doublings)
{
    private long _until = long.MinValue / 2;
    private long _standing;

    public bool StandsAt(long now) => now < _until;

    public void Make(long now)
    {
        // Several trials in a row are one finding, and long after the last one it is the first again.
        if (now - _until > _standing) _standing = first;
        else if (!StandsAt(now)) _standing = Math.Min(2 * _standing, first << doublings);
        _until = now + _standing;
    }
}
