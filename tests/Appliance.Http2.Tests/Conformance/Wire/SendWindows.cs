namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>What a server allows its client to send (RFC 9113, section 6.9). Not thread-safe.</summary>
public sealed class SendWindows
{
    /// <summary>The window that both sides start from.</summary>
    public const int Default = 65_535;

    private readonly Dictionary<int, int> _changes = [];

    /// <summary>The server's SETTINGS_INITIAL_WINDOW_SIZE.</summary>
    public int Initial { get; set; } = Default;

    public int Connection { get; private set; } = Default;

    public int Available(int stream) => Math.Min(Connection, Initial + _changes.GetValueOrDefault(stream));

    public void Take(int stream, int bytes)
    {
        Connection -= bytes;
        _changes[stream] = _changes.GetValueOrDefault(stream) - bytes;
    }

    public void Give(int stream, int bytes)
    {
        Assert.True(bytes > 0, $"A window that opens by {bytes}.");
        if (stream == 0)
        {
            Connection = checked(Connection + bytes);
        }
        else
        {
            _changes[stream] = checked(_changes.GetValueOrDefault(stream) + bytes);
        }
    }
}
