using Compare.Models;
using Google.Protobuf;
using Contracts.Onnx;
using Xunit;

namespace Compare.Tests.Models;

public sealed class RepositoryFolderTests
{
    [Fact]
    public void A_model_has_a_config_and_a_numbered_version()
    {
        using var folder = new TemporaryFolder();
        var repository = RepositoryFolder.Create(folder.Path).Add("mlp", seed: 1);

        Assert.Equal(MlpGraph.Build(1), ModelProto.Parser.ParseFrom(File.ReadAllBytes(repository.GraphPath("mlp", 1))));
        var config = File.ReadAllText(Path.Combine(folder.Path, "mlp", "config.pbtxt"));
        Assert.Contains("name: \"mlp\"\n", config);
        Assert.Contains("max_batch_size: 128\n", config);
        Assert.Contains("dynamic_batching { }\n", config);
    }

    [Fact]
    public void A_version_moves_in_and_out_and_leaves_nothing_beside()
    {
        using var folder = new TemporaryFolder();
        var repository = RepositoryFolder.Create(folder.Path).Add("mlp", seed: 1);

        repository.MoveIn("mlp", version: 2, MlpGraph.Build(seed: 2).ToByteArray());
        repository.Remove("mlp", version: 1);

        Assert.Equal(["2"], Directory.GetDirectories(Path.Combine(folder.Path, "mlp")).Select(Path.GetFileName));
        Assert.Equal(MlpGraph.Build(2), ModelProto.Parser.ParseFrom(File.ReadAllBytes(repository.GraphPath("mlp", 2))));
        Assert.Equal([folder.Path], Directory.GetFileSystemEntries(Path.GetDirectoryName(folder.Path)!));
    }

    [Fact]
    public void Creating_starts_from_nothing()
    {
        using var folder = new TemporaryFolder();
        RepositoryFolder.Create(folder.Path).Add("old", seed: 1);
        RepositoryFolder.Create(folder.Path);

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }
}
