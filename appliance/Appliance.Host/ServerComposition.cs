using System.Net;
using System.Runtime.InteropServices;
using Appliance.Host.Features;
using Appliance.Host.Grpc;
using Appliance.Host.Grpc.Feast;
using Appliance.Host.Health;
using Appliance.Host.Rest;
using Appliance.Host.Security;
using Appliance.Host.Security.Calls;
using Appliance.Host.Security.Tls;
using Appliance.Host.Telemetry;
using Appliance.Host.Telemetry.Gpu;
using Appliance.Host.Tracing;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.Deployment;
using Appliance.Host.Rest.Transport;
using Appliance.Host.Rest.V1;
using Appliance.Host.Rest.V2;
using Appliance.Http2;
using Appliance.Http2.Sockets;
using Appliance.Http2.Calls;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Onnx;
using Appliance.Scoring;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Appliance.Host;

/// <summary>Puts the server together: the table of contents of the appliance.</summary>
internal static class ServerComposition
{
    public static WebApplication Build(WebApplicationBuilder builder, ServerSettings settings)
    {
        builder.Logging.AddJsonLogs();
        // First, for it names a server of its own.
        builder.WebHost.UseKestrelCore();
        builder.Services
            .AddRoutingCore()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(settings.Models).AddSingleton(settings.Grpc).AddSingleton(settings.Scoring).AddSingleton(settings.Transport)
            .AddInference()
            .AddScoring()
            .AddFeatures(settings.Features)
            .AddHealth()
            .AddSingleton<ModelInferService>()
            .AddSingleton<UnaryService>(s => s.GetService<OnlineFeaturesService>() is { } features
                ? new UnaryServices(s.GetRequiredService<ModelInferService>(), features)
                : s.GetRequiredService<ModelInferService>())
            .AddSockets(settings.Transport)
            .AddSingleton<Http2ConnectionHandler>()
            .AddSingleton<IServer, ApplianceServer>()
            .AddSingleton<ModelStreamInferHandler>()
            .AddScoringGrpc()
            .AddV2()
            .AddBusinessApi()
            .AddTracing(settings.Tracing)
            .AddSecurity(settings.Security)
            .AddDeployment()
            .AddSingleton(s => GpuMetrics.Find(s.GetRequiredService<ILogger<GpuMetrics>>()))
            .AddMetricsPage();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(settings.Transport.ExitTimeoutSeconds));
        builder.Services.AddGrpc(o => o.MaxReceiveMessageSize = settings.Grpc.MaxMessageBytes);
        builder.WebHost.ConfigureKestrel(k => Listen(k, settings));
        var app = builder.Build();
        app.Services.StartSecurity();
        OnnxEnvironment.Start(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("OnnxRuntime"));
        HostEvents.Starting(app.Logger, ServerIdentity.Version, RuntimeInformation.FrameworkDescription);
        HostEvents.Settings(app.Logger, settings.ToJson());
        app.Lifetime.ApplicationStopping.Register(() => HostEvents.Stopping(app.Logger));
        Route(app, settings.Transport);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, ServerSettings settings)
    {
        var transport = settings.Transport;
        var certificates = kestrel.ApplicationServices.GetService<TlsCertificates>();
        kestrel.AddServerHeader = false;
        // Every handler bounds what it reads, and answers in its own protocol's terms. A bound here would be on all messages of a stream together.
        kestrel.Limits.MaxRequestBodySize = null;
        RequestLine.Bound(kestrel.Limits);
        if (transport.AllowHttp) ListenRest(kestrel, transport, certificates);
        if (transport.AllowGrpc)
        {
            var http2 = kestrel.ApplicationServices.GetRequiredService<Http2ConnectionHandler>();
            kestrel.Listen(new GrpcEndPoint(IPAddress.Parse(transport.GrpcAddress), transport.GrpcPort), l =>
            {
                Speak(l, HttpProtocols.Http2, certificates);
                l.Run(http2.OnConnectedAsync);
            });
        }
        if (transport.AllowMetrics) kestrel.Listen(IPAddress.Parse(transport.MetricsAddress), transport.MetricsPort, l => Speak(l, HttpProtocols.Http1, certificates));
    }

    // A handshake, and what is packed into TLS, would hold the threads of all connections.
    private static void ListenRest(KestrelServerOptions kestrel, TransportOptions transport, TlsCertificates? certificates)
    {
        var address = IPAddress.Parse(transport.HttpAddress);
        kestrel.Listen(certificates is null ? new RestEndPoint(address, transport.HttpPort) : new IPEndPoint(address, transport.HttpPort), l =>
        {
            Speak(l, HttpProtocols.Http1, certificates);
            if (certificates is null) l.Use(ConnectionThread.On);
        });
    }

    private static void Speak(ListenOptions port, HttpProtocols protocols, TlsCertificates? certificates)
    {
        port.Protocols = protocols;
        if (certificates is not null) port.UseTls(certificates);
    }

    private static void Route(WebApplication app, TransportOptions transport)
    {
        var guard = app.Services.GetRequiredService<CallGuard>();
        if (transport.AllowMetrics) MapMetrics(app, transport, guard);
        var stop = app.Services.GetRequiredService<GracefulStop>();
        app.Use(ArrivalThread.Choose);
        app.Use(next => context =>
        {
            stop.Note(context.Features);
            return next(context);
        });
        // The inference stream passes no routing. The unary call does not even come here, see ModelInferService.
        var stream = guard.Guarded(app.Services.GetRequiredService<ModelStreamInferHandler>().HandleAsync, CallKind.Score, isGrpc: true);
        app.Use(next => context =>
            context.Request.Path.Value == ModelStreamInferHandler.Path && HttpProtocol.IsHttp2(context.Request.Protocol) ? stream(context) : next(context));
        app.UseRouting();
        app.Use(RestOnly.RefuseOtherProtocols);
        var grpc = app.MapGroup("");
        guard.Protect(grpc);
        grpc.MapGrpcService<InferenceGrpcService>();
        grpc.MapScoringGrpc();
        grpc.MapFeatureGrpc();
        var rest = app.MapGroup("").WithMetadata(new RestOnly());
        guard.Protect(rest);
        rest.MapV2();
        rest.MapV1();
        rest.MapBusinessApi();
        rest.MapDeployment();
        rest.MapFeatures();
        rest.MapHealth();
        rest.MapOpenApi();
    }

    // The page is served on its own port alone, so that scraping can be allowed where calling is not.
    private static void MapMetrics(WebApplication app, TransportOptions transport, CallGuard guard)
    {
        if (transport.MetricsPort == 0)
        {
            // The port is chosen by the system and only known once it is open.
            var metrics = app.MapGroup("");
            guard.Protect(metrics);
            MetricsEndpoint.Map(metrics);
            return;
        }
        var page = guard.Guarded(MetricsEndpoint.ServeAsync, CallKind.Read);
        app.Use(next => context => context.Connection.LocalPort == transport.MetricsPort ? page(context) : next(context));
    }
}
