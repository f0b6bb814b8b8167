using System.Net;
using System.Runtime.InteropServices;
using Appliance.Http2;
using Appliance.Http2.Calls;
using Appliance.Http2.Sockets;
using Floor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

if (FloorArguments.Parse(args) is not { } floor)
{
    Console.Error.WriteLine(FloorArguments.Usage);
    return 2;
}

using var session = floor.Model is null ? null : BareRun.Open(floor.Model);
UnaryService service = session is null ? new FixedService(floor.Frame) : new BareRunService(session);
// As the appliance does; Kestrel's own HTTP/2 is slower so: inline scheduling of its socket work cost about 70 % more core time a request
// at 256 callers on two cores. One I/O queue, and a slim WebApplication with a terminal middleware, cost it the same within the noise.
var http2 = new Http2ConnectionHandler(service, new ConnectionLimits(), NullLogger<Http2ConnectionHandler>.Instance);
http2.Serve(new FloorApplication(floor.Frame));
var kestrel = new KestrelServerOptions { AddServerHeader = false };
kestrel.Listen(IPAddress.Loopback, floor.Port, listener =>
{
    listener.Protocols = HttpProtocols.Http2;
    if (floor.IsOwn) listener.Run(http2.OnConnectedAsync);
});
using var services = Services(floor.IsOwn);
using var loops = new SocketLoopTransport(new TransportBlocks(), NullLogger<SocketLoopTransport>.Instance);
IConnectionListenerFactory sockets = floor.IsOwn ? loops : new SocketTransportFactory(services.GetRequiredService<IOptions<SocketTransportOptions>>(), NullLoggerFactory.Instance);
using var server = new KestrelServer(Options.Create(kestrel), sockets, NullLoggerFactory.Instance);
await server.StartAsync(new FloorApplication(floor.Frame), CancellationToken.None);

var stop = new TaskCompletionSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
await stop.Task;
await server.StopAsync(CancellationToken.None);
return 0;

// The transport's memory is only to be set by way of the services that Kestrel registers.
static ServiceProvider Services(bool own)
{
    var builder = WebApplication.CreateSlimBuilder();
    if (own) builder.Services.AddSingleton<IMemoryPoolFactory<byte>, TransportBlocks>();
    return builder.Services.BuildServiceProvider();
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}
