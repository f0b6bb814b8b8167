namespace Appliance.Http2.Calls;

/// <summary>Gathers what is written to it until it is flushed.</summary>
public interface IFlushable
{
    /// <summary>Sends what has gathered. Returns without waiting for the peer.</summary>
    void Flush();
}
