using System.Net;
using System.Text;
using System.Text.Json;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.Deployment;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Appliance.Scoring.Entities;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TestKit;

namespace Appliance.Host.Tests.Rest.Deployment;

/// <summary>The deployment calls on a real server over loopback, with a real repository folder and a scripted lifecycle.</summary>
internal sealed class DeploymentHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TemporaryFolder _repository = new();

    private DeploymentHost(int maxUploadMegabytes)
    {
        var models = new TestModels(TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Limits.MaxRequestBodySize = null;
            k.Listen(IPAddress.Loopback, 0);
        });
        builder.Services
            .AddSingleton(TimeProvider.System).AddSingleton(models.Directory).AddSingleton(models.Traffic).AddSingleton(models.Gate).AddSingleton(models.Pipeline)
            .AddSingleton(new StoredFeatures(null, TimeProvider.System)).AddSingleton<IModelLifecycle>(Lifecycle).AddTestTraffic(models, Lifecycle)
            .AddSingleton(new ModelManagerOptions { Repository = _repository.Path, MaxUploadMegabytes = maxUploadMegabytes }).AddSingleton(new TransportOptions { GrpcPort = 8123 })
            .AddSingleton<RepositoryDeployments>().AddBusinessApi().AddDeployment();
        _app = builder.Build();
        _app.MapBusinessApi().MapDeployment();
    }

    public ScriptedModelLifecycle Lifecycle { get; } = new();
    public HttpClient Http { get; private set; } = null!;
    public string Repository => _repository.Path;

    public static async Task<DeploymentHost> StartAsync(int maxUploadMegabytes = 8)
    {
        var host = new DeploymentHost(maxUploadMegabytes);
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        host.Http = new HttpClient { BaseAddress = new Uri(host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        return host;
    }

    /// <summary>Sends a form of parts: name, file name, content.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PutAsync(string path, params (string Name, string File, string Content)[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, file, content) in parts)
        {
            var part = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
            // As written: the client's own classes would encode what a stranger does not.
            part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{name}\"; filename=\"{file}\"");
            form.Add(part);
        }
        return await SendAsync(HttpMethod.Put, path, form);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement);
    }

    /// <summary>What lies in the repository's folder, folders of uploads among it.</summary>
    public string[] Files() => [.. Directory.EnumerateFiles(Repository, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Repository, f)).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _repository.Dispose();
    }
}
