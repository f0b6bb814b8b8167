using System.Text;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.Logging;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class TrafficFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder[TrafficFile.FileName];

    [Fact]
    public async Task A_split_is_in_force_again_after_a_restart_with_the_same_callers_in_the_same_place()
    {
        var rig = await TrafficRig.StartAsync(_folder.Path, versions: [1, 2, 3]);
        await rig.SetAsync([(1, 7_000), (2, 3_000)], [new ShadowShare(3, 500, 0.25)]);
        await rig.SetAsync([(1, 4_000), (2, 4_000), (3, 2_000)], [new ShadowShare(3, 500, 0.25)]);
        var again = await rig.RestartAsync(_folder.Path);
        var (before, after) = (rig.Traffic.SettingOf("m")!, again.Traffic.SettingOf("m")!);
        Assert.Equal((before.Revision, before.Author, before.Reason, before.ChangedAt, before.VersionBefore), (after.Revision, after.Author, after.Reason, after.ChangedAt, after.VersionBefore));
        Assert.Equal(before.Shadows, after.Shadows);
        Assert.Equal(before.Arms.Select(a => (a.Version, string.Join(",", a.Ranges))), after.Arms.Select(a => (a.Version, string.Join(",", a.Ranges))));
        Assert.Equal([1L, 2, 3], again.Ready);
        Assert.Equal(3, (await again.SpreadAsync(300)).Count);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("empty")]
    [InlineData("gone")]
    [InlineData("format")]
    public async Task A_torn_file_gives_way_to_the_one_before_with_a_warning(string damage)
    {
        var rig = await TrafficRig.StartAsync(_folder.Path, versions: [1, 2]);
        await rig.SetAsync((1, 9_000), (2, 1_000));
        await rig.SetAsync((1, 1_000), (2, 9_000));
        Damage(damage);
        var again = await rig.RestartAsync(_folder.Path);
        Assert.Equal((9_000, 1_000), (again.Traffic.ShareOf("m", 1), again.Traffic.ShareOf("m", 2)));
        var line = Assert.Single(again.TableLog.Lines);
        Assert.Equal((LogLevel.Warning, EventIds.StateFellBack), (line.Level, line.EventId));
        Assert.StartsWith("traffic.json is not used: ", line.Message);
        // The next change is kept, and what is torn does not take the place of the last good one.
        await again.SetAsync((1, 5_000), (2, 5_000));
        Assert.Equal(5_000, (await again.RestartAsync(_folder.Path)).Traffic.ShareOf("m", 2));
        System.IO.File.WriteAllText(File, "torn again");
        Assert.Equal(1_000, (await again.RestartAsync(_folder.Path)).Traffic.ShareOf("m", 2));
    }

    [Fact]
    public async Task Where_neither_file_is_whole_nothing_is_split_and_the_log_says_so()
    {
        var rig = await TrafficRig.StartAsync(_folder.Path, versions: [1, 2]);
        await rig.SetAsync((1, 9_000), (2, 1_000));
        await rig.SetAsync((1, 1_000), (2, 9_000));
        System.IO.File.WriteAllText(File, "{}");
        System.IO.File.WriteAllText(File + ".before", "{}");
        var again = await rig.RestartAsync(_folder.Path);
        Assert.Null(again.Traffic.SettingOf("m"));
        Assert.Equal(2, await again.InferAsync());
        Assert.Equal((LogLevel.Error, EventIds.StateUnreadable), (again.TableLog.Lines.Single().Level, again.TableLog.Lines.Single().EventId));
    }

    [Fact]
    public async Task Nothing_is_written_while_nothing_is_split()
    {
        var rig = await TrafficRig.StartAsync(_folder.Path, versions: [1, 2]);
        await rig.InferAsync();
        await rig.RestartAsync(_folder.Path);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_change_that_cannot_be_kept_is_refused_and_does_not_happen()
    {
        var rig = await TrafficRig.StartAsync(_folder[ "state"], versions: [1, 2]);
        System.IO.File.WriteAllText(_folder["state"], "a file where the folder should be");
        var refused = await rig.SetAsync((1, 9_000), (2, 1_000));
        Assert.StartsWith("the change could not be kept, and nothing has changed: ", refused.Error);
        Assert.Null(rig.Traffic.SettingOf("m"));
        Assert.Equal(2, await rig.InferAsync());
    }

    public void Dispose() => _folder.Dispose();

    private void Damage(string how)
    {
        var bytes = System.IO.File.ReadAllBytes(File);
        switch (how)
        {
            case "cut": System.IO.File.WriteAllBytes(File, bytes[..^5]); break;
            case "flipped":
                bytes[^20] ^= 1;
                System.IO.File.WriteAllBytes(File, bytes);
                break;
            case "empty": System.IO.File.WriteAllBytes(File, []); break;
            case "gone": System.IO.File.Delete(File); break;
            default: System.IO.File.WriteAllText(File, Encoding.UTF8.GetString(bytes).Replace("appliance-state 1", "appliance-state 2", StringComparison.Ordinal)); break;
        }
    }
}
