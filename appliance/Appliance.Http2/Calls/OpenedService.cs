namespace Appliance.Http2.Calls;

/// <summary>A service as one connection uses it: what its calls share, and the calls that rest.</summary>
internal sealed class OpenedService(UnaryService service)
{
    public UnaryService Service => service;

    public UnaryCalls Calls { get; } = service.Open();

    /// <summary>Guarded by the connection's gate.</summary>
    public Stack<UnaryCall> Idle { get; } = new();
}
