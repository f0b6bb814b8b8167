using System.Net;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;

namespace EndToEnd.Tests.Faults;

/// <summary>SIGKILL at twenty seeded moments of a deployment: the next start serves the version before it or the new one, whole, and keeps nothing half-done.</summary>
public sealed class KilledLoadTests : IDisposable
{
    private const int Moments = 20, Seed = 20261129;

    // The new version's factor is a thousand more than the old one's; the file is large enough that its way to the disk takes a while.
    private const float New = 1000;

    private readonly TemporaryRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task The_next_start_serves_the_version_before_or_the_new_one()
    {
        var state = Path.Combine(_repository.Outside, "state");
        var random = new Random(Seed);
        _repository.AddModel("scale", OnnxModels.Scale(1));
        var (before, newer) = (1L, 0);
        for (var moment = 0; moment < Moments; moment++)
        {
            var version = before + 1;
            var delay = TimeSpan.FromMilliseconds(random.Next(60));
            await using (var appliance = await StartAsync(state))
            {
                Assert.Equal(FactorOf(before), await appliance.FactorAsync("scale"));
                var deploying = DeployAsync(appliance, version);
                await Task.Delay(delay, TestContext.Current.CancellationToken);
                await appliance.KillAsync();
                await deploying;
            }
            await using var again = await StartAsync(state);
            var factor = await again.FactorAsync("scale");
            Assert.True(factor == FactorOf(before) || factor == FactorOf(version), $"seed {Seed}, moment {moment}, {delay}: the factor is {factor}");
            if (factor == FactorOf(version)) newer++;
            // Whatever came of it, the same order again ends in the new version.
            Assert.Equal(HttpStatusCode.OK, await DeployAsync(again, version));
            Assert.Equal(FactorOf(version), await again.FactorAsync("scale"));
            before = version;
        }
        // The moments fell before and behind the version's coming into place; otherwise the test would show only half of it.
        TestContext.Current.TestOutputHelper?.WriteLine($"{newer} of {Moments} starts found the new version");
    }

    [Fact]
    public async Task A_start_that_is_killed_while_it_loads_is_followed_by_one_that_serves_everything()
    {
        for (var model = 0; model < 8; model++) _repository.AddModel($"m{model}", OnnxModels.Scale(model + 1));
        var random = new Random(Seed);
        var settings = new ApplianceSettings { Repository = _repository.Path };
        for (var moment = 0; moment < Moments; moment++) await ApplianceProcess.KillInStartAsync(settings, TimeSpan.FromMilliseconds(random.Next(150)));
        await using var appliance = await ApplianceProcess.StartAsync(settings);
        for (var model = 0; model < 8; model++) Assert.Equal(model + 1, await appliance.FactorAsync($"m{model}"));
    }

    private static float FactorOf(long version) => version == 1 ? 1 : New + version;

    private Task<ApplianceProcess> StartAsync(string state) =>
        ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path, Flags = ["--state-folder", state] });

    /// <summary>The status of the answer; null where the process was gone before there was one.</summary>
    private static async Task<HttpStatusCode?> DeployAsync(ApplianceProcess appliance, long version)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(OnnxModels.Scale(FactorOf(version))), "file", "model.onnx" }, { new ByteArrayContent(new byte[4 << 20]), "file", "beside.bin" } };
        try
        {
            return (await appliance.SendAsync(HttpMethod.Put, $"/api/models/scale/versions/{version}", form)).Status;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }
}
