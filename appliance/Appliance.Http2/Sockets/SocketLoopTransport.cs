using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Appliance.Http2.Sockets;

/// <summary>TCP for Kestrel in which the thread that the system wakes for a connection's bytes does what they ask for. Linux alone. Thread-safe.</summary>
public sealed class SocketLoopTransport : IConnectionListenerFactory, IDisposable
{
    // Connections that wait to be accepted. 512: as Kestrel's transport.
    private const int Backlog = 512;

    private readonly TransportBlocks _memory;
    private readonly ILogger _logger;
    private readonly AwakeCores? _awake;
    private readonly LoopGroup _loops;
    private readonly LoopGroup _fewLoops;

    /// <param name="polls">Whether a loop looks for a moment before it sleeps, where that pays and a core is free.</param>
    /// <param name="keepsAwake">Whether the cores are kept awake while calls come, where the process may do that.</param>
    /// <param name="cores">Cores that the process may use, a container's share of them as it is; null as the runtime says, which rounds it up.</param>
    public SocketLoopTransport(TransportBlocks memory, ILogger<SocketLoopTransport> logger, bool polls = true, bool keepsAwake = true, double? cores = null)
    {
        _memory = memory;
        _logger = logger;
        Cores = cores;
        if (keepsAwake) _awake = new AwakeCores(() => CpuLatencyRequest.Open(CpuLatencyRequest.Device, CpuLatencyRequest.Driver, logger), TimeProvider.System);
        // Of the cores that the process may use: a container's share of them (cgroup v2, cpu.max), rounded up, and not the host's.
        _loops = new LoopGroup(Environment.ProcessorCount, logger, Idle(), polls ? new PollGate(Idle()) : null, _awake);
        // The pool does much of the work of these, and wants the core that polling would take.
        _fewLoops = new LoopGroup(Math.Max(1, Environment.ProcessorCount / 2), logger, Idle(), awake: _awake);

        Func<double> Idle() => new IdleCores(cores: Cores).Ask;
    }

    /// <summary>The share of cores whose idle ones count.</summary>
    internal double? Cores { get; }

    /// <summary>Whether loops poll.</summary>
    internal (bool All, bool Few) Polls => (_loops.CanPoll, _fewLoops.CanPoll);

    /// <summary>Whether loops keep the cores awake while calls come.</summary>
    internal (bool All, bool Few) KeepsAwake => (_loops.KeepsAwake, _fewLoops.KeepsAwake);

    /// <summary>Loops at most: of the ports that have as many as cores, and of those that have few.</summary>
    internal (int All, int Few) Most => (_loops.Loops.Count, _fewLoops.Loops.Count);

    /// <exception cref="AddressInUseException">Somebody else has the port.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new SocketListener(Listen(endpoint), _memory, _loops.Choose, _logger));

    /// <summary>
    /// A port much of whose work goes to the thread pool: it has loops of its own, half as many as cores, which leaves the others to that.
    /// </summary>
    /// <exception cref="AddressInUseException">Somebody else has the port.</exception>
    public ValueTask<IConnectionListener> BindToFewAsync(EndPoint endpoint) =>
        ValueTask.FromResult<IConnectionListener>(new SocketListener(Listen(endpoint), _memory, _fewLoops.Choose, _logger));

    public void Dispose()
    {
        _loops.Dispose();
        _fewLoops.Dispose();
        _awake?.Dispose();
    }

    private static Socket Listen(EndPoint endpoint)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            // What Kestrel knows it by.
            if (e.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new AddressInUseException(e.Message, e);
            throw;
        }
    }
}
