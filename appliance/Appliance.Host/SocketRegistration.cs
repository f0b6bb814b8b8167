using Appliance.Host.Profiles;
using Appliance.Http2;
using Appliance.Http2.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Host;

/// <summary>Registers the appliance's own sockets and what they read into.</summary>
internal static class SocketRegistration
{
    public static IServiceCollection AddSockets(this IServiceCollection services, TransportOptions transport) => services
        .AddSingleton(new ConnectionLimits())
        .AddSingleton<TransportBlocks>().AddSingleton<IMemoryPoolFactory<byte>>(s => s.GetRequiredService<TransportBlocks>())
        .AddSingleton(s => new SocketLoopTransport(
            s.GetRequiredService<TransportBlocks>(), s.GetRequiredService<ILogger<SocketLoopTransport>>(), polls: transport.BusyPoll, keepsAwake: transport.KeepCoresAwake,
            cores: new ControlGroup("/").Cores()));
}
