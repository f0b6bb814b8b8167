using Appliance.Inference.Lifecycle;
using Microsoft.Extensions.Logging;
using TestKit;


namespace Appliance.Inference.Tests.Lifecycle;

using TemporaryFolder = TestKit.TemporaryFolder;

public sealed class ModelPinsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger<ModelPins> _log = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pin_is_there_after_a_restart_and_an_unpinned_one_is_not()
    {
        var pins = Open();
        pins.Set("a", 3);
        pins.Set("模型", 4);
        pins.Set("b", 5);
        pins.Set("b", 0);
        var again = Open();
        Assert.Equal((3, 4, 0, 0), (again.Get("a"), again.Get("模型"), again.Get("b"), again.Get("c")));
        Assert.Equal(["pins.json"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_folder_that_is_missing_is_made_at_the_first_pin()
    {
        var pins = new ModelPins(_folder["deep/er"], _log);
        Assert.Equal(0, pins.Get("a"));
        Assert.False(Directory.Exists(_folder["deep"]));
        pins.Set("a", 1);
        Assert.Equal(1, new ModelPins(_folder["deep/er"], _log).Get("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"a\":3")]
    [InlineData("{\"a\":\"x\"}")]
    [InlineData("[1]")]
    public void A_torn_file_pins_nothing_is_reported_and_is_replaced_by_the_next_pin(string content)
    {
        File.WriteAllText(_folder["pins.json"], content);
        var pins = Open();
        Assert.Equal(0, pins.Get("a"));
        var line = Assert.Single(_log.Lines);
        Assert.Equal((EventIds.PinsUnreadable, LogLevel.Error), (line.EventId, line.Level));
        pins.Set("a", 2);
        Assert.Equal(2, Open().Get("a"));
    }

    [Fact]
    public void A_half_written_successor_is_not_read()
    {
        Open().Set("a", 1);
        File.WriteAllText(_folder["pins.json.next"], "{\"a\":");
        Assert.Equal(1, Open().Get("a"));
        Open().Set("a", 2);
        Assert.Equal(2, Open().Get("a"));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void Without_a_folder_pins_are_kept_in_memory_alone()
    {
        var pins = new ModelPins("", _log);
        pins.Set("a", 7);
        Assert.Equal(7, pins.Get("a"));
        Assert.Equal(0, new ModelPins("", _log).Get("a"));
    }

    [Fact]
    public void Pins_set_from_many_sides_are_all_kept()
    {
        var pins = Open();
        Parallel.For(1, 20, i => pins.Set($"m{i}", i));
        var again = Open();
        Assert.All(Enumerable.Range(1, 19), i => Assert.Equal(i, again.Get($"m{i}")));
    }

    [Fact]
    public void A_pin_that_cannot_be_written_changes_nothing()
    {
        var pins = Open();
        pins.Set("a", 1);
        // Stands in the file's way as a full disk would.
        Directory.CreateDirectory(_folder["pins.json.next"]);
        Assert.ThrowsAny<SystemException>(() => pins.Set("a", 2));
        Assert.ThrowsAny<SystemException>(() => pins.Set("a", 0));
        Assert.Equal((1, 1), (pins.Get("a"), Open().Get("a")));
    }

    private ModelPins Open() => new(_folder.Path, _log);
}
