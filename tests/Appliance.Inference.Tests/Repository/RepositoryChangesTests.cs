using Appliance.Inference.Repository;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public sealed class RepositoryChangesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RepositoryChangesTests()
    {
        _folder.Write("a/config.pbtxt", "x");
        _folder.Write("a/labels.txt", "x");
        _folder.Write("a/1/model.onnx", "x");
        _folder.Write("a/2/model.onnx", "x");
        _folder.Write("b/1/model.onnx", "x");
    }

    public void Dispose() => _folder.Dispose();

    private RepositoryState Scan() => ModelRepositoryScan.Scan(_folder.Root);

    private static string Text(ModelChange change) =>
        $"{change.Name} {change.Kind} config {change.ConfigChanged} other {change.OtherFilesChanged} "
        + $"+{string.Join(',', change.AddedVersions)} ~{string.Join(',', change.ModifiedVersions)} -{string.Join(',', change.RemovedVersions)}";

    private IEnumerable<string> After(Action change)
    {
        var before = Scan();
        change();
        return RepositoryChanges.Between(before, Scan()).Models.Select(Text);
    }

    [Fact]
    public void The_same_files_are_no_change()
    {
        Assert.Empty(After(() => { }));
        Assert.Empty(After(() => File.SetLastAccessTimeUtc(_folder.At("a/1/model.onnx"), DateTime.UnixEpoch)));
    }

    [Fact]
    public void A_first_scan_adds_everything() => Assert.Equal(
        ["a Added config False other False +1,2 ~ -", "b Added config False other False +1 ~ -"],
        RepositoryChanges.Between(RepositoryState.Empty(_folder.Root), Scan()).Models.Select(Text));

    [Fact]
    public void A_model_that_is_gone_is_removed_with_its_versions() =>
        Assert.Equal(["a Removed config False other False + ~ -1,2"], After(() => Directory.Delete(_folder.At("a"), recursive: true)));

    [Fact]
    public void Versions_come_change_and_go() => Assert.Equal(["a Modified config False other False +3 ~2 -1"], After(() =>
    {
        Directory.Move(_folder.At("a/1"), _folder.At("a/3"));
        _folder.Write("a/2/model.onnx", "xy");
    }));

    [Fact]
    public void The_time_of_a_file_tells_a_change_of_the_same_length() => Assert.Equal(["a Modified config False other False + ~2 -"],
        After(() => File.SetLastWriteTimeUtc(_folder.At("a/2/model.onnx"), DateTime.UnixEpoch.AddTicks(7))));

    [Fact]
    public void A_change_of_the_configuration_alone_is_told_apart()
    {
        var before = Scan();
        _folder.Write("a/config.pbtxt", "xy");
        var only = Assert.Single(RepositoryChanges.Between(before, Scan()).Models);
        Assert.True(only.IsConfigOnly);
        _folder.Write("a/labels.txt", "xy");
        var both = Assert.Single(RepositoryChanges.Between(before, Scan()).Models);
        Assert.Equal((true, true, false), (both.ConfigChanged, both.OtherFilesChanged, both.IsConfigOnly));
        Assert.Equal(["b Modified config True other False + ~ -"], After(() => _folder.Write("b/configs/fast.pbtxt", "x")));
    }

    [Fact]
    public void What_cannot_be_read_for_a_moment_has_neither_changed_nor_gone()
    {
        var before = Scan();
        var unreadable = new RepositoryState(before.Root, new Dictionary<string, ModelFolderState> { ["b"] = before.Models["b"] },
            new Dictionary<string, string> { ["a"] = "I/O error" });
        var changes = RepositoryChanges.Between(before, unreadable);
        Assert.Empty(changes.Models);
        Assert.Empty(RepositoryChanges.Between(changes.Current, Scan()).Models);

        var nothing = RepositoryChanges.Between(before,
            new RepositoryState(before.Root, new Dictionary<string, ModelFolderState>(), new Dictionary<string, string>(), "I/O error"));
        Assert.Empty(nothing.Models);
        Assert.Same(before, nothing.Current);
    }
}
