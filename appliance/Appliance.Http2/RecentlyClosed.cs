namespace Appliance.Http2;

/// <summary>
/// The streams that this side ended while the peer could still be sending: what arrives for them is no fault of the peer's. Guarded by
/// the output's gate.
/// </summary>
internal sealed class RecentlyClosed
{
    // What a peer may have had under way when it learns of it: several times the streams that one flight of packets carries.
    private const int Kept = 128;

    private readonly int[] _ids = new int[Kept];
    private int _next;

    public void Add(int streamId) => _ids[_next++ % Kept] = streamId;

    public bool Contains(int streamId) => Array.IndexOf(_ids, streamId) >= 0;
}
