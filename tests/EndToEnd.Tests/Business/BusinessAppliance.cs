using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

[assembly: AssemblyFixture(typeof(EndToEnd.Tests.Business.BusinessAppliance))]

namespace EndToEnd.Tests.Business;

/// <summary>One process with models that are scored by name, for all tests that only call it. Started by the first of them.</summary>
public sealed class BusinessAppliance : IAsyncLifetime
{
    private readonly TemporaryRepository _repository = new();
    private ApplianceProcess? _appliance;

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is null)
        {
            ApplianceBinary.PathOrSkip();
            _repository.AddVersion(BusinessModels.Koc, 1, BusinessModels.KocPotential(1));
            _repository.AddVersion(BusinessModels.Koc, 2, BusinessModels.KocPotential(2, bias: 1));
            _repository.WriteConfig(BusinessModels.Koc, "max_batch_size: 256 version_policy { all { } } dynamic_batching { }");
            _repository.AddVersion(BusinessModels.Visit, 1, BusinessModels.VisitIndex());
            _repository.AddModel("plain", OnnxModels.Mlp(0));
            _appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path });
        }
        Assert.False(_appliance.HasExited, $"an earlier test ended the appliance:\n{_appliance.Log}");
        return _appliance;
    }

    /// <summary>Posts to a model and reads the envelope, whose code must be the HTTP status.</summary>
    internal async Task<(HttpStatusCode Status, JsonElement Body)> PredictAsync(string model, string json)
    {
        var appliance = await StartedAsync();
        using var response = await appliance.Http.PostAsync($"/api/predict/{model}", new StringContent(json, Encoding.UTF8, "application/json"));
        return await EnvelopeAsync(response);
    }

    internal static async Task<(HttpStatusCode Status, JsonElement Body)> EnvelopeAsync(HttpResponseMessage response)
    {
        var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
        Assert.Equal((int)response.StatusCode, body.GetProperty("code").GetInt32());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(body.GetProperty("requestId").GetString()!);
        return (response.StatusCode, body);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _repository.Dispose();
    }
}
