using System.Globalization;
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

if (args is not ["--transport", "kestrel" or "appliance", "--grpc-port", var text, .. var more] || !ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0 || !TryFrame(more, out var frame, out var model) || (model is not null && args[1] != "appliance"))
{
    Console.Error.WriteLine("Usage: floor --transport kestrel|appliance --grpc-port N [--reply-bytes B | --model GRAPH], N from 1 to 65535, B from 11 to 16777216; GRAPH with transport appliance alone.");
    return 2;
}

var own = args[1] == "appliance";
// As the appliance does; Kestrel's own HTTP/2 is slower so: inline scheduling of its socket work cost about 70 % more core time a request
// at 256 callers on two cores. One I/O queue, and a slim WebApplication with a terminal middleware, cost it the same within the noise.
using var session = model is null ? null : BareRun.Open(model);
UnaryService service = session is null ? new FixedService(frame) : new BareRunService(session);
var http2 = new Http2ConnectionHandler(service, new ConnectionLimits(), NullLogger<Http2ConnectionHandler>.Instance);
http2.Serve(new FloorApplication(frame));
var kestrel = new KestrelServerOptions { AddServerHeader = false };
kestrel.Listen(IPAddress.Loopback, port, listener =>
{
    listener.Protocols = HttpProtocols.Http2;
    if (own) listener.Run(http2.OnConnectedAsync);
});
using var services = Services(own);
using var loops = new SocketLoopTransport(new TransportBlocks(), NullLogger<SocketLoopTransport>.Instance);
IConnectionListenerFactory sockets = own ? loops : new SocketTransportFactory(services.GetRequiredService<IOptions<SocketTransportOptions>>(), NullLoggerFactory.Instance);
using var server = new KestrelServer(Options.Create(kestrel), sockets, NullLoggerFactory.Instance);
await server.StartAsync(new FloorApplication(frame), CancellationToken.None);

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

static bool TryFrame(string[] more, out byte[] frame, out string? model)
{
    (frame, model) = (FixedReply.Frame.ToArray(), more is ["--model", var graph] ? graph : null);
    if (more is [] || model is not null) return true;
    if (more is not ["--reply-bytes", var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) || bytes is < FixedReply.MinBytes or > 1 << 24) return false;
    frame = FixedReply.OfLength(bytes);
    return true;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}
