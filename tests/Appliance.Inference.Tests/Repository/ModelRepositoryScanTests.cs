using Appliance.Inference.Repository;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public sealed class ModelRepositoryScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Models_are_folders_and_versions_are_numbers()
    {
        _folder.Write("README.md", "no model");
        _folder.Write(".publishing-b/1/model.onnx", "not whole yet");
        _folder.Write("a/config.pbtxt", "name: 'a'");
        _folder.Write("a/configs/fast.pbtxt", "");
        _folder.Write("a/labels.txt", "cat");
        _folder.Write("a/warmup/x.raw", "12");
        _folder.Write("a/.hidden", "");
        _folder.Write("a/10/model.onnx", "xxx");
        _folder.Write("a/2/model.onnx/model.onnx", "x");
        _folder.Write("a/2/model.onnx/weights.bin", "xx");
        _folder.Write("a/01/model.onnx", "x");
        _folder.Write("a/latest/model.onnx", "x");
        _folder.Write("a/3", "a file, no folder");
        _folder.Folder("a/.publishing-4");
        _folder.Folder("empty");

        var state = ModelRepositoryScan.Scan(_folder.Root);
        Assert.Null(state.RootProblem);
        Assert.Empty(state.Unreadable);
        Assert.Equal(["a", "empty"], state.Models.Keys.Order());
        var model = state.Models["a"];
        Assert.Equal([2L, 10L], model.Versions.Select(version => version.Version));
        Assert.Equal(_folder.At("a/10"), model.Versions[1].Path);
        Assert.Equal(["2/model.onnx/model.onnx", "2/model.onnx/weights.bin"], model.Versions[0].Files.Select(file => file.Path));
        Assert.Equal(["config.pbtxt", "configs/fast.pbtxt"], model.ConfigFiles.Select(file => file.Path));
        Assert.Equal(["01/model.onnx", "3", "labels.txt", "latest/model.onnx", "warmup/x.raw"],
            model.OtherFiles.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Equal(["'01': a version has no leading zero", "'latest': a version is a whole number"], model.IgnoredVersions);
        Assert.Equal((2, 3, null), (model.FileSize("warmup/x.raw"), model.FileSize("10/model.onnx"), model.FileSize("none")));
    }

    [Fact]
    public void Links_are_followed_and_those_to_nowhere_are_told()
    {
        _folder.Write("elsewhere/m/1/model.onnx", "xxxx");
        _folder.Write("elsewhere/v/model.onnx", "xx");
        _folder.Folder("repository");
        _folder.Link("repository/linked", "../elsewhere/m");
        _folder.Link("repository/broken", "../nowhere");
        _folder.Link("repository/parts/2", "../../elsewhere/v");
        _folder.Link("repository/parts/3/model.onnx", "../../../elsewhere/m/1/model.onnx");
        _folder.Link("repository/parts/4/model.onnx", "gone");
        var state = ModelRepositoryScan.Scan(_folder.At("repository"));
        Assert.Equal("the link leads nowhere", Assert.Single(state.Unreadable, entry => entry.Key == "broken").Value);
        Assert.Equal([1L], state.Models["linked"].Versions.Select(version => version.Version));
        Assert.Equal([("2/model.onnx", 2L), ("3/model.onnx", 4L), ("4/model.onnx", -1L)],
            state.Models["parts"].Versions.SelectMany(version => version.Files).Select(file => (file.Path, file.Bytes)));
        Assert.Null(state.Models["parts"].FileSize("4/model.onnx"));
    }

    [Fact]
    public void What_cannot_be_read_is_an_entry_and_not_a_failure()
    {
        Assert.NotNull(ModelRepositoryScan.Scan(_folder.At("nowhere")).RootProblem);
        Assert.NotNull(ModelRepositoryScan.Scan(_folder.Write("file", "")).RootProblem);
        _folder.Link("repository/looped/1/again", "..");
        _folder.Write("repository/fine/1/model.onnx", "x");
        _folder.Link("repository/circle", "circle");
        var state = ModelRepositoryScan.Scan(_folder.At("repository"));
        Assert.Equal(["fine"], state.Models.Keys);
        Assert.Equal(["circle", "looped"], state.Unreadable.Keys.Order());
        Assert.Null(ModelRepositoryScan.ScanModel("gone", _folder.At("repository/gone")));
    }

    [Fact]
    public void A_name_that_no_model_may_have_is_told()
    {
        _folder.Folder("bad\nname/1");
        Assert.Equal("a name cannot have control characters in it", Assert.Single(ModelRepositoryScan.Scan(_folder.Root).Unreadable).Value);
    }

    [Fact]
    public async Task A_repository_that_changes_under_the_scan_never_makes_it_throw()
    {
        for (var i = 0; i < 40; i++)
        {
            _folder.Write($"m{i}/1/model.onnx", "x");
        }
        using var stop = new CancellationTokenSource();
        var churn = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                Directory.Delete(_folder.At($"m{i % 40}"), recursive: true);
                _folder.Write($"m{i % 40}/{i + 2}/model.onnx", "x");
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 100; i++)
        {
            var state = ModelRepositoryScan.Scan(_folder.Root);
            Assert.Null(state.RootProblem);
            Assert.All(state.Models.Values, model => Assert.InRange(model.Versions.Count, 0, 1));
        }
        await stop.CancelAsync();
        await churn;
    }
}
