using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using Grpc.Core;

namespace EndToEnd.Tests.Faults;

/// <summary>Folders of what is served are deleted, in every control mode, under load: no request fails that should not, and nothing else notices.</summary>
public sealed class DeletedFolderTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryRepository _repository = new();

    public DeletedFolderTests()
    {
        foreach (var version in new[] { 1, 2 }) _repository.AddVersion("scale", version, OnnxModels.Scale(version));
        _repository.AddModel("other", OnnxModels.Scale(9));
    }

    public void Dispose() => _repository.Dispose();

    [Theory]
    [InlineData("none")]
    [InlineData("explicit")]
    public async Task What_is_loaded_goes_on_where_nobody_asks_for_its_folder(string mode)
    {
        await using var appliance = await StartAsync(mode);
        await using var calls = new LoadedCalls(appliance, callers: 2);
        await calls.AnsweredAsync(50);
        Delete(_repository.ModelPath("scale"));
        await calls.AnsweredAsync(100);
        await calls.StopAsync();
        Assert.Empty(calls.Failures);
        Assert.Equal((2, 9), (await appliance.FactorAsync("scale"), await appliance.FactorAsync("other")));
        if (mode != "explicit") return;
        // Asked for again, it is not there; unloaded, it is gone, and the other one is not touched.
        Assert.Equal(StatusCode.NotFound, (await ApplianceCalls.RefusalAsync(() => appliance.LoadAsync("scale"))).StatusCode);
        Assert.Equal(2, await appliance.FactorAsync("scale"));
        await appliance.UnloadAsync("scale");
        Assert.Equal(StatusCode.NotFound, (await appliance.RefusalAsync(ScaleCalls.Request("scale"))).StatusCode);
        Assert.Empty(await appliance.IndexAsync("scale"));
        Assert.Equal(9, await appliance.FactorAsync("other"));
    }

    [Fact]
    public async Task The_version_that_is_served_gives_way_to_the_one_before_when_its_folder_goes()
    {
        await using var appliance = await StartAsync("poll");
        await using var calls = new LoadedCalls(appliance, callers: 2);
        await calls.AnsweredAsync(50);
        Delete(_repository.VersionPath("scale", 2));
        await Eventually.BecomesTrueAsync(async () => await appliance.FactorAsync("scale") == 1, Limit, "version 1 has taken over");
        // The last one: there is nothing in its place, and it goes on.
        Delete(_repository.VersionPath("scale", 1));
        await calls.AnsweredAsync(200);
        await calls.StopAsync();
        Assert.Empty(calls.Failures);
        Assert.Equal((1, 9), (await appliance.FactorAsync("scale"), await appliance.FactorAsync("other")));
    }

    [Fact]
    public async Task A_repository_that_goes_as_a_whole_unloads_nothing_and_serves_on_when_it_is_back()
    {
        await using var appliance = await StartAsync("poll");
        await using var calls = new LoadedCalls(appliance, callers: 1);
        await calls.AnsweredAsync(20);
        var away = _repository.Path + "-away";
        Directory.Move(_repository.Path, away);
        await Eventually.BecomesTrueAsync(() => appliance.Log.Contains("cannot be read"), Limit, "the log says that the repository is gone");
        await calls.AnsweredAsync(50);
        Directory.Move(away, _repository.Path);
        _repository.AddVersion("scale", 3, OnnxModels.Scale(3));
        await Eventually.BecomesTrueAsync(async () => await appliance.FactorAsync("scale") == 3, Limit, "the version that came since is served");
        await calls.StopAsync();
        Assert.Empty(calls.Failures);
    }

    [Fact]
    public async Task Folders_that_come_and_go_all_the_time_harm_nobody()
    {
        await using var appliance = await StartAsync("poll");
        await using var calls = new LoadedCalls(appliance, callers: 1);
        var random = new Random(20261129);
        for (var i = 0; i < 60; i++)
        {
            var folder = _repository.ModelPath($"passing{random.Next(3)}");
            if (Directory.Exists(folder)) Delete(folder);
            else _repository.AddModel(Path.GetFileName(folder), OnnxModels.Scale(i));
            await calls.AnsweredAsync(5);
        }
        await calls.StopAsync();
        Assert.Empty(calls.Failures);
        await appliance.AssertAliveAsync();
    }

    // In place, file by file, as rm does.
    private static void Delete(string folder) => Directory.Delete(folder, recursive: true);

    private Task<ApplianceProcess> StartAsync(string mode) => ApplianceProcess.StartAsync(new ApplianceSettings
    {
        Repository = _repository.Path, ControlMode = mode, Flags = ["--repository-poll-secs", "0.05", .. mode == "explicit" ? ["--load-model=*"] : Array.Empty<string>()],
    });
}
