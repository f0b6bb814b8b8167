using System.Net;
using Contracts;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;

namespace EndToEnd.Tests.Features;

/// <summary>An appliance without a features folder says of every way to features that they are off, and by which setting.</summary>
public sealed class FeaturesOffTests : IDisposable
{
    private const string Off = "this appliance serves no features; setting Features:Folder (flag --features-folder) is empty";

    private readonly FeatureFolders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Fact]
    public async Task Calls_commands_and_scores_name_the_setting()
    {
        _folders.Repository.AddVersion(BusinessModels.Koc, 1, BusinessModels.KocPotential(1, service: new ManifestFeatureService { Name = "koc_potential", Version = 1 }));
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _folders.Repository.Path });
        foreach (var path in new[] { "/api/features?entity=a&id=1", "/api/feature-registry", "/api/features/verify" })
        {
            var reply = await appliance.GetAsync(path);
            Assert.Equal((HttpStatusCode.NotFound, $"there is no {path.Split('?')[0]} here: {Off}"), (reply.Status, reply.Body.GetProperty("message").GetString()));
        }
        var push = await appliance.PostAsync("/push", "{}");
        Assert.Equal((HttpStatusCode.NotFound, Off), (push.Status, push.Body.GetProperty("detail").GetString()));
        var scored = await appliance.PostAsync($"/api/predict/{BusinessModels.Koc}", """{"userId":1}""");
        Assert.Equal((HttpStatusCode.BadRequest, $"features is missing; it must be an object of feature names and values: {Off}"), (scored.Status, scored.Body.GetProperty("message").GetString()));

        var listed = await FeaturesCli.RunAsync(appliance, "list");
        Assert.Equal((1, $"appliance: there is no /api/feature-registry here: {Off}\n"), (listed.ExitCode, listed.Errors));
        var filled = await ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), "features", "backfill", "a_view", "--journal", "--address", $"http://127.0.0.1:{appliance.GrpcPort}");
        Assert.Equal((1, $"appliance: {Off}\n"), (filled.ExitCode, filled.Errors));
        await Eventually.BecomesTrueAsync(() => appliance.Log.ToString().Contains("reads feature service koc_potential v1, which cannot be read", StringComparison.Ordinal), TimeSpan.FromSeconds(30), "the log says so of the model");
    }
}
