using Appliance.Inference.Lifecycle;
using TestKit;

namespace Appliance.Inference.Tests.Lifecycle;

/// <summary>Orders that cannot be written down: refused with a sentence, and what was in force is in force.</summary>
public sealed class ModelManagerFullDiskTests : IDisposable
{
    private readonly TestKit.TemporaryFolder _folder = new();
    private readonly ManagerRig _rig;

    public ModelManagerFullDiskTests()
    {
        _rig = new ManagerRig(pins: new ModelPins(_folder.Path, new RecordingLogger<ModelPins>()));
        _rig.Source.Put("m", 1, 2);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pin_that_cannot_be_kept_is_not_in_force()
    {
        await _rig.StartAsync();
        FillDisk();
        var result = await _rig.PinAsync(1);
        Assert.Equal((ScoreStatus.Faulted, 2L), (result.Status, result.Version));
        Assert.StartsWith("the change could not be kept on the disk: ", result.Error);
        Assert.Equal((0L, 2L), (_rig.Pins.Get("m"), _rig.Router.RoutedVersion("m")));
        Assert.Contains("m 2 Ready routed", _rig.Index());
        EmptyDisk();
        Assert.True((await _rig.PinAsync(1)).Succeeded);
        Assert.Equal((1L, 1L), (_rig.Pins.Get("m"), _rig.Router.RoutedVersion("m")));
    }

    [Fact]
    public async Task A_pin_that_cannot_be_taken_away_stays()
    {
        await _rig.StartAsync();
        Assert.True((await _rig.PinAsync(1)).Succeeded);
        FillDisk();
        Assert.Equal(ScoreStatus.Faulted, (await _rig.UnpinAsync()).Status);
        Assert.Equal((1L, 1L), (_rig.Pins.Get("m"), _rig.Router.RoutedVersion("m")));
    }

    [Fact]
    public async Task A_deployment_whose_pin_cannot_be_kept_is_taken_back()
    {
        _rig.Source.Put("m", 5);
        await _rig.StartAsync();
        FillDisk();
        // Older than what the policy chooses: it would stay by a pin alone.
        var files = new ScriptedVersionFiles(_rig.Source, "m", 4);
        var result = await _rig.Manager.DeployAsync("m", 4, "ann", files);
        Assert.Equal(ScoreStatus.Faulted, result.Status);
        Assert.True(files.IsUndone);
        Assert.Equal((0L, 5L), (_rig.Pins.Get("m"), _rig.Router.RoutedVersion("m")));
    }

    // A folder stands in the way of the file that is written first.
    private void FillDisk() => Directory.CreateDirectory(_folder["pins.json.next"]);

    private void EmptyDisk() => Directory.Delete(_folder["pins.json.next"]);
}
