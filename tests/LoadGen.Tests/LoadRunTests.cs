using System.Net;
using System.Net.Sockets;
using Appliance.LoadGen;
using Appliance.LoadGen.Arrivals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace LoadGen.Tests;

/// <summary>Whole runs over loopback against a server that somebody else wrote.</summary>
public sealed class LoadRunTests
{
    [Fact]
    public async Task Grpc_calls_arrive_whole_and_their_trailers_are_counted()
    {
        var calls = 0;
        var bodies = new System.Collections.Concurrent.ConcurrentBag<int>();
        await using var server = await StartAsync(HttpProtocols.Http2, async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            bodies.Add((int)body.Length);
            context.Response.ContentType = context.Request.ContentType;
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 0 });
            context.Response.AppendTrailer("grpc-status", Interlocked.Increment(ref calls) % 10 == 0 ? "14" : "0");
        });

        var report = LoadRun.Execute(Options(server, LoadProtocol.Grpc));

        Assert.Equal(1000, report.Intended);
        Assert.Equal((100, 900), (report.ByStatus["grpc-14"], report.ByStatus["grpc-0"]));
        Assert.Equal((900, 100), (report.Ok, report.Failed));
        Assert.Equal([bodies.First()], bodies.Distinct());
        Assert.Equal(1000, bodies.Count);
        Assert.True(report.Latency.P50 > 0 && report.Latency.Max >= report.Latency.P9999);
    }

    [Fact]
    public async Task A_status_without_a_body_and_one_of_http_are_told_apart()
    {
        var calls = 0;
        await using var server = await StartAsync(HttpProtocols.Http2, context =>
        {
            if (Interlocked.Increment(ref calls) % 2 == 0)
            {
                context.Response.StatusCode = 404;
            }
            else
            {
                context.Response.Headers["grpc-status"] = "12";
            }
            return Task.CompletedTask;
        });

        var report = LoadRun.Execute(Options(server, LoadProtocol.Grpc));

        Assert.Equal([KeyValuePair.Create("grpc-12", 500L), KeyValuePair.Create("http-404", 500L)], report.ByStatus);
        Assert.Equal(0, report.Ok);
    }

    [Fact]
    public async Task More_requests_than_streams_wait_their_turn()
    {
        var most = 0;
        var running = 0;
        await using var server = await StartAsync(HttpProtocols.Http2, async context =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref running));
            await context.Request.Body.CopyToAsync(Stream.Null);
            Interlocked.Decrement(ref running);
            context.Response.AppendTrailer("grpc-status", "0");
        }, limits => limits.Http2.MaxStreamsPerConnection = 2);

        var options = Options(server, LoadProtocol.Grpc);
        options.Connections = 1;
        var report = LoadRun.Execute(options);

        Assert.Equal(1000, report.Ok);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Bodies_larger_than_the_connection_window_go_through_one_after_the_other()
    {
        await using var server = await StartAsync(HttpProtocols.Http2, async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.AppendTrailer("grpc-status", "0");
        }, limits =>
        {
            limits.Http2.InitialConnectionWindowSize = 70_000;
            limits.Http2.InitialStreamWindowSize = 70_000;
        });

        var options = Options(server, LoadProtocol.Grpc);
        options.InputShape = [1, 16_000];
        options.Rate = 200;
        options.Connections = 1;
        Assert.Equal(200, LoadRun.Execute(options).Ok);
    }

    [Fact]
    public async Task A_lost_connection_fails_what_was_out_and_ends_the_run()
    {
        var calls = 0;
        await using var server = await StartAsync(HttpProtocols.Http2, context =>
        {
            if (Interlocked.Increment(ref calls) > 50)
            {
                context.Features.GetRequiredFeature<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>().Abort();
            }
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        });

        var options = Options(server, LoadProtocol.Grpc);
        options.Connections = 1;
        var report = LoadRun.Execute(options);

        Assert.Equal(1000, report.Ok + report.Failed);
        Assert.InRange(report.Ok, 1, 100);
        Assert.True(report.ByStatus["connection-lost"] >= 900);
    }

    [Fact]
    public async Task Rest_posts_json_over_the_connections_given()
    {
        var connections = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await using var server = await StartAsync(HttpProtocols.Http1, async context =>
        {
            connections[context.Connection.Id] = true;
            using var json = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
            var isRight = context.Request is { Path.Value: "/v2/models/m/infer", ContentType: "application/json" }
                && json.RootElement.GetProperty("inputs")[0].GetProperty("data").GetArrayLength() == 64;
            context.Response.StatusCode = isRight ? 200 : 400;
        });

        var report = LoadRun.Execute(Options(server, LoadProtocol.Rest));

        Assert.Equal([KeyValuePair.Create("http-200", 1000L)], report.ByStatus);
        Assert.InRange(connections.Count, 1, 2);
    }

    [Fact]
    public void A_server_that_is_not_there_is_a_socket_error()
    {
        using var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var options = new LoadOptions { Url = new Uri($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}") };

        Assert.Throws<SocketException>(() => LoadRun.Execute(options));
    }

    private static LoadOptions Options(WebApplication server, LoadProtocol protocol) => new()
    {
        Url = new Uri(server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()),
        Protocol = protocol,
        Model = "m",
        Arrivals = ArrivalKind.Constant,
        Rate = 1000,
        Warmup = 0,
        Duration = 1,
        Connections = 2,
        // Far more than a loaded build machine needs for a thousand answers.
        Drain = 60,
    };

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols, RequestDelegate answer, Action<KestrelServerLimits>? limits = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            limits?.Invoke(options.Limits);
            options.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = protocols);
        });
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
