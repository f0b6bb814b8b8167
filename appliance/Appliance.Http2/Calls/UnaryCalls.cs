namespace Appliance.Http2.Calls;

/// <summary>The unary calls of one connection. Not thread-safe: the connection's reader alone calls it.</summary>
public abstract class UnaryCalls
{
    /// <summary>A call object; the connection uses it again and again.</summary>
    public abstract UnaryCall Create();

    /// <summary>Everything that had arrived has been handed over; the connection waits for more. What was put together meanwhile may run now.</summary>
    public abstract void ArrivedAll();
}
