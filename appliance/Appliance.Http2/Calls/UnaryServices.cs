using System.Buffers;

namespace Appliance.Http2.Calls;

/// <summary>Several services on one port, asked in their order. Immutable.</summary>
public sealed class UnaryServices(params UnaryService[] services) : UnaryService
{
    public override ArrayPool<byte> Memory => services.Length > 0 ? services[0].Memory : base.Memory;

    public override bool Serves(ReadOnlySpan<byte> path) => Find(path) is not null;

    public override UnaryService? Find(ReadOnlySpan<byte> path)
    {
        foreach (var service in services)
        {
            if (service.Find(path) is { } found) return found;
        }
        return null;
    }

    /// <summary>Not called: a connection opens the services that its calls find.</summary>
    public override UnaryCalls Open() => throw new InvalidOperationException("a connection opens the service that a path leads to");
}
