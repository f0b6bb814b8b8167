using System.Globalization;
using System.Text.Json;
using Contracts;
using EndToEnd.Tests.Business;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Metrics;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features;

/// <summary>Definitions applied, events sent and members scored, and what was served verified, all by the published binary; over a kill as well.</summary>
public sealed class VerifyTests : IDisposable
{
    private const int Seed = 11;

    private readonly TemporaryRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task What_was_served_is_what_the_definitions_give_also_after_a_kill()
    {
        ApplianceBinary.PathOrSkip();
        _repository.AddVersion(BusinessModels.Koc, 1, BusinessModels.KocPotential(1, service: new ManifestFeatureService { Name = "koc_potential", Version = 1 }));
        var now = DateTimeOffset.UtcNow;
        await using (var appliance = await ApplianceProcess.StartAsync(Settings()))
        {
            var applied = await CommandAsync(appliance, "apply", "--folder", Path.Combine(RepositoryRoot.Path, "samples", "features"), "--reason", "sample");
            Assert.True(applied.ExitCode == 0, applied.Errors);
            var work = new MemberWorkload(appliance, Seed);
            await work.SendAsync(2_000, now.AddDays(-20), now.AddDays(-1));
            await Task.WhenAll(work.SendAsync(2_000, now.AddDays(-1), now), work.ScoreAsync(300));
            await AssertSoundAsync(appliance, 300);
            await appliance.KillAsync();
        }
        await using var again = await ApplianceProcess.StartAsync(Settings());
        await new MemberWorkload(again, Seed).ScoreAsync(60);
        await AssertSoundAsync(again, 360);
        var before = await MetricsPage.ReadAsync(again);
        await VerifyAsync(again);
        var page = await MetricsPage.ReadAsync(again);
        // Each verification counts what it compares.
        Assert.Equal(360, page.Value("appliance_features_verified_total", ("feature", "share_count"), ("result", "equal")) - before.Value("appliance_features_verified_total", ("feature", "share_count"), ("result", "equal")));
        Assert.Equal(60, page.Value("appliance_features_samples_total", ("result", "written")));
    }

    private ApplianceSettings Settings() => new()
    {
        Repository = _repository.Path,
        Settings =
        {
            ["Features:Folder"] = Path.Combine(_repository.Outside, "features"),
            ["Features:Store:MemoryBytes"] = $"{96 << 20}",
            ["Features:Sampling:Rate"] = "0",
            [$"Features:Sampling:Models:{BusinessModels.Koc}"] = "1",
        },
    };

    private static async Task AssertSoundAsync(ApplianceProcess appliance, int samples)
    {
        // Samples are written behind the scores.
        await Eventually.BecomesTrueAsync(
            async () => (await VerifyAsync(appliance)).GetProperty("samples").GetInt64() == samples, TimeSpan.FromSeconds(60), $"{samples} samples are in the journal");
        var report = await VerifyAsync(appliance);
        Assert.Equal((0L, 0L), (report.GetProperty("mismatched").GetInt64(), report.GetProperty("unverifiable").GetInt64()));
        Assert.Equal(3L * samples, report.GetProperty("compared").GetInt64());
    }

    private static async Task<JsonElement> VerifyAsync(ApplianceProcess appliance)
    {
        var run = await CommandAsync(appliance, "verify", "--since", "1d", "--json");
        Assert.True(run.ExitCode == 0, run.Text + run.Errors);
        return JsonDocument.Parse(run.Text).RootElement.GetProperty("report");
    }

    private static Task<ProgramRun> CommandAsync(ApplianceProcess appliance, params string[] arguments) =>
        ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), ["features", .. arguments, "--server", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{appliance.HttpPort}")]);
}
