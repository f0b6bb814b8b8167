using Contracts.Models;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>Pins and rollbacks, and that a restart does not undo them.</summary>
public sealed class PinTests : IDisposable
{
    private const string Model = "scale";
    private readonly TemporaryRepository _repository = new();

    public PinTests()
    {
        for (var version = 1; version <= 3; version++) _repository.AddVersion(Model, version, OnnxModels.Scale(version));
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_pin_survives_a_restart_until_it_is_taken_away()
    {
        await using (var appliance = await StartAsync())
        {
            Assert.Equal(3, await appliance.FactorAsync(Model));
            var route = await appliance.Models.PinAsync(new PinRequest { Model = Model, Version = 1 }, deadline: ApplianceCalls.Deadline);
            Assert.Equal((1L, 3L), (route.Version, route.PreviousVersion));
            Assert.Equal(1, await appliance.FactorAsync(Model));
            Assert.Equal(0, await appliance.StopAsync());
        }
        await using (var appliance = await StartAsync())
        {
            Assert.Equal(1, await appliance.FactorAsync(Model));
            // A version that is newer changes nothing: that is what a pin is for.
            Assert.True((await VersionAsync(appliance, 1)).Pinned);
            await appliance.Models.UnpinAsync(new UnpinRequest { Model = Model }, deadline: ApplianceCalls.Deadline);
            Assert.Equal(3, await appliance.FactorAsync(Model));
            Assert.Equal(0, await appliance.StopAsync());
        }
        await using (var appliance = await StartAsync())
        {
            Assert.Equal(3, await appliance.FactorAsync(Model));
            Assert.False((await VersionAsync(appliance, 3)).Pinned);
        }
    }

    [Fact]
    public async Task A_rollback_survives_a_kill()
    {
        await using (var appliance = await StartAsync("poll"))
        {
            _repository.AddVersion(Model, 4, OnnxModels.Scale(4));
            await Eventually.BecomesTrueAsync(async () => await appliance.FactorAsync(Model) == 4, TimeSpan.FromSeconds(20), "version 4 has taken over");
            using var response = await appliance.Http.PostAsync($"/api/models/{Model}/rollback", null);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            Assert.Equal(3, await appliance.FactorAsync(Model));
            await appliance.KillAsync();
        }
        await using (var appliance = await StartAsync("poll")) Assert.Equal(3, await appliance.FactorAsync(Model));
    }

    [Fact]
    public async Task A_pin_to_a_version_that_is_broken_or_missing_changes_nothing()
    {
        _repository.AddVersion(Model, 2_000, [1, 2, 3]);
        _repository.WriteConfig(Model, "version_policy { specific { versions: [ 3 ] } }");
        await using var appliance = await StartAsync();
        foreach (var version in new[] { 2_000, 9 })
        {
            var refusal = await ApplianceCalls.RefusalAsync(async () =>
                await appliance.Models.PinAsync(new PinRequest { Model = Model, Version = version }, deadline: ApplianceCalls.Deadline));
            Assert.NotEmpty(refusal.Detail);
            Assert.Equal(3, await appliance.FactorAsync(Model));
        }
        Assert.Equal(0, await appliance.StopAsync());
        await using var again = await StartAsync();
        Assert.Equal(3, await again.FactorAsync(Model));
    }

    [Fact]
    public async Task A_damaged_file_of_pins_is_said_and_not_used()
    {
        var state = Directory.CreateDirectory(Path.Combine(_repository.Outside, "state")).FullName;
        await File.WriteAllTextAsync(Path.Combine(state, "pins.json"), "{ \"scale\": ", TestContext.Current.CancellationToken);
        await using var appliance = await StartAsync();
        Assert.Equal(3, await appliance.FactorAsync(Model));
        Assert.True(appliance.Log.Contains("pins.json is damaged"));
    }

    private Task<ApplianceProcess> StartAsync(string mode = "none") => ApplianceProcess.StartAsync(new ApplianceSettings
    {
        Repository = _repository.Path,
        ControlMode = mode,
        Flags = ["--state-folder", Path.Combine(_repository.Outside, "state"), "--repository-poll-secs", "0.05"],
    });

    private static async Task<VersionStatus> VersionAsync(ApplianceProcess appliance, long version)
    {
        var list = await appliance.Models.ListVersionsAsync(new ListVersionsRequest { Model = Model }, deadline: ApplianceCalls.Deadline);
        return Assert.Single(list.Versions, v => v.Version == version);
    }
}
