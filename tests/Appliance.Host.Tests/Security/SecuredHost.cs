using System.Net;
using System.Text;
using Appliance.Host.Grpc;
using Appliance.Host.Health;
using Appliance.Host.Rest;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.V2;
using Appliance.Host.Security;
using Appliance.Host.Security.Audit;
using Appliance.Host.Security.Calls;
using Appliance.Host.Security.Keys;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Entities;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TestKit;

namespace Appliance.Host.Tests.Security;

/// <summary>REST and gRPC on a real server over loopback with the guard in front, and with principals of a test's own.</summary>
internal sealed class SecuredHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly WebApplication _app;
    private GrpcChannel? _channel;

    private SecuredHost(TemporaryFolder folder, SecurityOptions options, TimeProvider time)
    {
        _folder = folder;
        Models = new TestModels(TimeProvider.System);
        Models.Serve(KocPotential.Name, 1, KocPotential.Signature(), KocPotential.Instance(KocPotential.Signature()), KocPotential.Manifest());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1);
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2);
        });
        builder.Services
            .AddSingleton(time).AddSingleton(Models.Directory).AddSingleton(Models.Traffic).AddSingleton(Models.Gate).AddSingleton(Models.Pipeline)
            .AddSingleton(new StoredFeatures(null, TimeProvider.System))
            .AddSingleton<IModelLifecycle>(Lifecycle).AddSingleton(new GrpcOptions()).AddTestTraffic(Models, Lifecycle)
            .AddBusinessApi().AddHealth().AddScoringGrpc().AddV2().AddSecurity(options);
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.Services.StartSecurity();
        _app.Use(next => context =>
        {
            if (From is { } address) context.Connection.RemoteIpAddress = address;
            return next(context);
        });
        var guard = _app.Services.GetRequiredService<CallGuard>();
        var all = _app.MapGroup("");
        guard.Protect(all);
        all.MapScoringGrpc();
        all.MapV2();
        all.MapBusinessApi();
        all.MapHealth();
        all.MapOpenApi();
    }

    public TestModels Models { get; }
    public ScriptedModelLifecycle Lifecycle { get; } = new();
    public HttpClient Http { get; private set; } = null!;
    public GrpcChannel Channel => _channel!;

    /// <summary>Where callers seem to be; null for where they are.</summary>
    public IPAddress? From { get; set; }

    public string AuditFolder => _folder["audit"];

    /// <summary>The lines of the audit log.</summary>
    public string[] Audit => [.. AuditFiles.In(AuditFolder).SelectMany(File.ReadAllLines)];

    public SecurityMetrics Metrics => _app.Services.GetRequiredService<SecurityMetrics>();

    /// <summary>A host that asks nobody, and keeps an audit log if a test wants one.</summary>
    public static Task<SecuredHost> OpenAsync(bool audits = false)
    {
        var folder = new TemporaryFolder();
        return StartAsync(folder, new SecurityOptions { AuditFolder = audits ? folder["audit"] : "" }, TimeProvider.System);
    }

    /// <summary>A host that asks; each principal's key is its name, spelt out to a key's length.</summary>
    public static Task<SecuredHost> WithAsync(TimeProvider time, params KeyEntry[] principals)
    {
        var folder = new TemporaryFolder();
        foreach (var principal in principals) principal.KeySha256 = ApiKey.HashOf(KeyOf(principal.Name));
        File.WriteAllBytes(folder["keys.json"], new KeysDocument { Principals = [.. principals] }.ToJson());
        return StartAsync(folder, new SecurityOptions { KeysFile = folder["keys.json"], AuditFolder = folder["audit"] }, time);
    }

    public static Task<SecuredHost> WithAsync(params KeyEntry[] principals) => WithAsync(TimeProvider.System, principals);

    public static KeyEntry Entry(string name, string roles, params string[] models) =>
        new() { Name = name, Roles = roles.Split(','), Models = models.Length == 0 ? null : models };

    public static string KeyOf(string name) => $"apl_{name.PadRight(43, '0')}";

    /// <summary>Sends a request with the key of a principal; without one where that is empty.</summary>
    public async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Response)> SendAsync(HttpMethod method, string path, string principal, string body = "")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body.Length > 0) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (principal.Length > 0) request.Headers.Add("x-api-key", KeyOf(principal));
        var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel?.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
        Assert.Equal(0, Models.Gate.Inside);
    }

    private static async Task<SecuredHost> StartAsync(TemporaryFolder folder, SecurityOptions options, TimeProvider time)
    {
        var host = new SecuredHost(folder, options, time);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        host.Http = new HttpClient { BaseAddress = new Uri(addresses[0]) };
        host._channel = GrpcChannel.ForAddress(addresses[1]);
        return host;
    }
}
