using System.Security.Cryptography;
using System.Text.Json;
using Contracts;
using Trainer.Publish;

namespace Trainer.Tests.Publish;

public sealed class ModelPublisherTests : IDisposable
{
    private readonly TemporaryFolder _repository = new();

    [Fact]
    public void A_version_holds_the_graph_and_a_manifest_with_its_number_and_checksum()
    {
        var published = Publish([1, 2, 3]);
        Assert.Equal((1, Path.Combine(_repository.Path, "demo", "1")), (published.Version, published.Path));
        AssertWhole(published.Path);
        Assert.Equal(["1", "config.pbtxt"], Entries());
    }

    [Theory]
    [InlineData(new[] { "1", "2" }, 3)]
    [InlineData(new[] { "9", "10" }, 11)]
    [InlineData(new[] { "007", "draft", ".publishing-dead", "-4", "1.5" }, 1)]
    public void The_next_number_follows_the_highest_version_and_other_names_do_not_count(string[] existing, long expected)
    {
        foreach (var name in existing) Directory.CreateDirectory(Path.Combine(_repository.Path, "demo", name));
        Assert.Equal(expected, Publish([1]).Version);
    }

    [Fact]
    public void A_file_in_the_place_of_a_version_is_never_replaced()
    {
        _repository.Write("demo/1", "not a folder");
        Assert.Equal(2, Publish([1]).Version);
        Assert.Equal("not a folder", File.ReadAllText(Path.Combine(_repository.Path, "demo", "1")));
    }

    [Fact]
    public void A_config_that_is_there_stays()
    {
        var path = _repository.Write("demo/config.pbtxt", "max_batch_size: 7\n");
        Publish([1]);
        Assert.Equal("max_batch_size: 7\n", File.ReadAllText(path));
    }

    [Fact]
    public void A_publisher_that_fails_leaves_nothing_behind()
    {
        // A folder where the config belongs cannot be replaced by a file.
        Directory.CreateDirectory(Path.Combine(_repository.Path, "demo", "config.pbtxt"));
        Assert.ThrowsAny<IOException>(() => Publish([1]));
        Assert.Equal(["config.pbtxt"], Entries());
    }

    [Fact]
    public async Task Publishers_that_race_each_get_a_version_and_readers_see_whole_ones_only()
    {
        const int Publishers = 6, Each = 8;
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var seen = 0;
            while (!done.IsCancellationRequested) seen += AssertVisibleVersionsAreWhole();
            return seen;
        });
        Parallel.For(0, Publishers, new ParallelOptions { MaxDegreeOfParallelism = Publishers }, publisher =>
        {
            for (var i = 0; i < Each; i++) Publish([(byte)publisher, (byte)i]);
        });
        await done.CancelAsync();
        await reader;
        Assert.Equal(Publishers * Each, AssertVisibleVersionsAreWhole());
        var versions = Enumerable.Range(1, Publishers * Each).Select(v => v.ToString());
        Assert.Equal(versions.Append("config.pbtxt").Order(StringComparer.Ordinal), Entries());
    }

    private PublishedVersion Publish(byte[] graph) =>
        new ModelPublisher(_repository.Path).Publish(new ModelManifest { Model = "demo" }, graph, "name: \"demo\"\n");

    private IEnumerable<string> Entries() =>
        NamesIn(Directory.GetFileSystemEntries(Path.Combine(_repository.Path, "demo")));

    private static IEnumerable<string> NamesIn(string[] paths) => paths.Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal);

    private int AssertVisibleVersionsAreWhole()
    {
        var folder = Path.Combine(_repository.Path, "demo");
        if (!Directory.Exists(folder)) return 0;
        var versions = Directory.GetDirectories(folder).Where(d => long.TryParse(Path.GetFileName(d), out _)).ToList();
        versions.ForEach(AssertWhole);
        return versions.Count;
    }

    private static void AssertWhole(string version)
    {
        Assert.Equal(["manifest.json", "model.onnx"], NamesIn(Directory.GetFiles(version)));
        var json = File.ReadAllBytes(Path.Combine(version, "manifest.json"));
        var manifest = JsonSerializer.Deserialize(json, ContractsJsonContext.Default.ModelManifest)!;
        Assert.Equal(Path.GetFileName(version), manifest.Version.ToString());
        var graph = File.ReadAllBytes(Path.Combine(version, "model.onnx"));
        var file = Assert.Single(manifest.Files);
        Assert.Equal(("model.onnx", Convert.ToHexStringLower(SHA256.HashData(graph)), graph.Length), (file.Path, file.Sha256, file.Bytes));
    }

    public void Dispose() => _repository.Dispose();
}
