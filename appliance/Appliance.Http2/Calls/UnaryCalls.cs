namespace Appliance.Http2.Calls;

/// <summary>The unary calls of one connection. The connection's reader alone calls the abstract members.</summary>
public abstract class UnaryCalls
{
    internal Http2Connection Connection = null!;

    /// <summary>Sends what the calls were answered with. On any thread; returns without waiting for the peer.</summary>
    public void Flush() => Connection.Flush();

    /// <summary>A call object; the connection uses it again and again.</summary>
    public abstract UnaryCall Create();

    /// <summary>Everything that had arrived has been handed over; the connection waits for more. What was put together meanwhile may run now.</summary>
    public abstract void ArrivedAll();
}
