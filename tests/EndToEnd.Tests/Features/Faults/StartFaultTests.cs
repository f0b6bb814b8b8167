using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features.Faults;

/// <summary>A features folder that cannot be used ends the start with one line that says why, and with 1.</summary>
public sealed class StartFaultTests : IDisposable
{
    private readonly FeatureFolders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Fact]
    public async Task A_folder_that_another_process_has_is_told()
    {
        await using var appliance = await ApplianceProcess.StartAsync(_folders.Settings());
        Assert.StartsWith("appliance: ", await FailsAsync(_folders.Features));
        await appliance.AssertAliveAsync();
    }

    [Fact]
    public async Task A_revision_with_a_changed_byte_is_told_with_its_file()
    {
        await using (var appliance = await ApplianceProcess.StartAsync(_folders.Settings()))
        {
            await appliance.DefineAsync(ShopDefinitions.Json);
            Assert.Equal(0, await appliance.StopAsync());
        }
        var revision = Path.Combine(_folders.Features, "registry", "00000001.json");
        var bytes = File.ReadAllBytes(revision);
        bytes[^20] ^= 1;
        File.WriteAllBytes(revision, bytes);
        Assert.StartsWith("appliance: 00000001.json, line 2: the line has the SHA-256 ", await FailsAsync(_folders.Features));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_told()
    {
        var file = _folders.Beside("file");
        File.WriteAllText(file, "");
        Assert.Contains(file, await FailsAsync(Path.Combine(file, "features")));
    }

    // What the process wrote to its errors: one line.
    private async Task<string> FailsAsync(string folder)
    {
        var ports = FreePorts.Take(3);
        var run = await ProgramRun.OfAsync(
            ApplianceBinary.PathOrSkip(), "serve", "--model-repository", _folders.Repository.Path, "--features-folder", folder,
            "--http-port", $"{ports[0]}", "--grpc-port", $"{ports[1]}", "--metrics-port", $"{ports[2]}");
        Assert.True(run.ExitCode == 1, $"{run.ExitCode}: {run.Errors}");
        return Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
