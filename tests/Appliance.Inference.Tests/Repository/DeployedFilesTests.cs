using System.Text;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Microsoft.Extensions.Time.Testing;

namespace Appliance.Inference.Tests.Repository;

/// <summary>How a version's files come into the repository's folder, and how they are taken back.</summary>
public sealed class DeployedFilesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("deployed-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_new_model_is_there_whole_with_its_configuration()
    {
        using var files = Begin("m", 3, config: "name: \"m\"", ("model.onnx", "graph"), ("data/weights.bin", "weights"));
        Assert.Null(files.Place());
        Assert.Equal("graph", Read("m/3/model.onnx"));
        Assert.Equal("weights", Read("m/3/data/weights.bin"));
        Assert.Equal("name: \"m\"", Read("m/config.pbtxt"));
        files.Undo();
        Assert.False(Directory.Exists(In("m")));
    }

    [Fact]
    public void A_version_joins_the_others_and_leaves_the_configuration_alone()
    {
        Write("m/1/model.onnx", "one");
        Write("m/config.pbtxt", "before");
        using var files = Begin("m", 2, null, ("model.onnx", "two"));
        Assert.Null(files.Place());
        Assert.Equal(("one", "two", "before"), (Read("m/1/model.onnx"), Read("m/2/model.onnx"), Read("m/config.pbtxt")));
        files.Undo();
        Assert.False(Directory.Exists(In("m/2")));
    }

    [Fact]
    public void Taking_back_puts_the_configuration_back_as_it_was_with_its_time()
    {
        Write("m/1/model.onnx", "one");
        Write("m/config.pbtxt", "before");
        var time = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(In("m/config.pbtxt"), time);
        using (var files = Begin("m", 2, "after", ("model.onnx", "two")))
        {
            Assert.Null(files.Place());
            Assert.Equal("after", Read("m/config.pbtxt"));
            files.Undo();
        }
        Assert.Equal(("before", time), (Read("m/config.pbtxt"), File.GetLastWriteTimeUtc(In("m/config.pbtxt"))));
        Assert.Equal(["m"], Names());
    }

    [Fact]
    public void A_configuration_that_was_not_there_goes_again()
    {
        Write("m/1/model.onnx", "one");
        using var files = Begin("m", 2, "new", ("model.onnx", "two"));
        Assert.Null(files.Place());
        files.Undo();
        Assert.False(File.Exists(In("m/config.pbtxt")));
    }

    [Fact]
    public void The_same_version_again_is_no_fault_and_is_not_taken_back()
    {
        Write("m/2/model.onnx", "two");
        Write("m/2/data/w", "w");
        using var files = Begin("m", 2, null, ("data/w", "w"), ("model.onnx", "two"));
        Assert.Null(files.Place());
        files.Undo();
        Assert.Equal("two", Read("m/2/model.onnx"));
    }

    [Theory]
    [InlineData("model.onnx", "tw0")]
    [InlineData("model.onnx", "two and more")]
    [InlineData("other.onnx", "two")]
    public void Another_version_of_the_same_number_is_refused_and_nothing_has_changed(string path, string content)
    {
        Write("m/2/model.onnx", "two");
        Write("m/config.pbtxt", "before");
        using var files = Begin("m", 2, "after", (path, content));
        Assert.Equal("version is 2; the repository has that version with other files: take another version, or delete it first", files.Place());
        Assert.Equal(("two", "before"), (Read("m/2/model.onnx"), Read("m/config.pbtxt")));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a\\b")]
    [InlineData("a//b")]
    [InlineData("a\0b")]
    public void A_path_never_leaves_the_version(string path)
    {
        using var files = Begin("m", 1, null, ("model.onnx", "x"));
        Assert.Null(files.Create(path, out var problem));
        Assert.NotNull(problem);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_root.FullName, "escaped*", SearchOption.AllDirectories), _ => true);
    }

    [Fact]
    public void A_path_is_given_once_and_is_no_folder_of_another()
    {
        using var files = Begin("m", 1, null, ("a", "x"));
        Assert.Null(files.Create("a", out var twice));
        Assert.Equal("the path is given twice", twice);
        Assert.Null(files.Create("a/b", out var both));
        Assert.Equal("the path is that of a file and of a folder at once", both);
        using (files.CreateConfig()) Assert.Null(files.CreateConfig());
    }

    [Fact]
    public void Without_a_file_there_is_no_version()
    {
        using var files = Begin("m", 1, "config");
        Assert.Equal("there is no file; a version has at least one", files.Place());
        Assert.False(Directory.Exists(In("m")));
    }

    [Fact]
    public void A_model_whose_folder_is_a_link_to_elsewhere_is_not_written_through_it()
    {
        var outside = Directory.CreateTempSubdirectory("outside-");
        try
        {
            Directory.CreateSymbolicLink(In("m"), outside.FullName);
            Assert.False(Deployments.TryBegin("m", 1, out _, out var refusal));
            Assert.StartsWith("modelName is 'm'; its folder is a link that leads out of the repository", refusal);
            Assert.StartsWith("modelName is 'm'; its folder is a link", Deployments.Remove("m", 0));
            Assert.Empty(outside.EnumerateFileSystemInfos());
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_name_that_no_model_has_is_refused(string name)
    {
        Assert.False(Deployments.TryBegin(name, 1, out _, out var refusal));
        Assert.StartsWith($"modelName is '{name}'; ", refusal);
        Assert.NotNull(Deployments.Remove(name, 0));
        Assert.Empty(Deployments.Versions(name));
    }

    [Fact]
    public void Removing_takes_a_version_or_the_whole_model()
    {
        Write("m/1/model.onnx", "one");
        Write("m/2/model.onnx", "two");
        Assert.Equal([1L, 2L], Deployments.Versions("m"));
        Assert.Null(Deployments.Remove("m", 1));
        Assert.Equal([2L], Deployments.Versions("m"));
        Assert.Equal("the repository has no version 1 of 'm'", Deployments.Remove("m", 1));
        Assert.Null(Deployments.Remove("m", 0));
        Assert.Equal("the repository has no model 'm'", Deployments.Remove("m", 0));
        Assert.Empty(Names());
    }

    [Fact]
    public void What_a_killed_process_left_is_cleared_away_after_a_day_and_nothing_else_is()
    {
        Write(".deploy-old/model/1/model.onnx", "x");
        Write(".other/file", "x");
        using (Begin("m", 1, null, ("model.onnx", "x"))) Assert.True(Directory.Exists(In(".deploy-old")));
        _time.Advance(TimeSpan.FromDays(1.1));
        using (Begin("m", 1, null, ("model.onnx", "x"))) Assert.False(Directory.Exists(In(".deploy-old")));
        Assert.Equal([".other"], Names());
    }

    [Fact]
    public void A_clock_that_jumps_does_not_clear_away_what_is_being_uploaded()
    {
        var deployments = Deployments;
        Assert.True(deployments.TryBegin("m", 1, out var slow, out _));
        using (slow)
        {
            _time.Advance(TimeSpan.FromDays(400));
            Assert.True(deployments.TryBegin("n", 1, out var other, out _));
            other.Dispose();
            using (var file = slow.Create("model.onnx", out _)!) file.Write("graph"u8);
            Assert.Null(slow.Place());
        }
        Assert.Equal("graph", Read("m/1/model.onnx"));
        Assert.Equal(["m"], Names());
    }

    private RepositoryDeployments Deployments => new(new ModelManagerOptions { Repository = _root.FullName }, _time);

    private DeployedFiles Begin(string model, long version, string? config, params (string Path, string Content)[] files)
    {
        Assert.True(Deployments.TryBegin(model, version, out var begun, out _));
        foreach (var (path, content) in files)
        {
            using var file = begun.Create(path, out _)!;
            file.Write(Encoding.UTF8.GetBytes(content));
        }
        if (config is null) return begun;
        using var text = begun.CreateConfig()!;
        text.Write(Encoding.UTF8.GetBytes(config));
        return begun;
    }

    private string[] Names() => [.. _root.EnumerateFileSystemInfos().Select(f => f.Name).Order()];

    private string In(string path) => Path.Combine(_root.FullName, path);

    private string Read(string path) => File.ReadAllText(In(path));

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        File.WriteAllText(In(path), content);
    }
}
