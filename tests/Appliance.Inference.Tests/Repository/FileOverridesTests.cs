using System.Runtime.Versioning;
using System.Text;
using Appliance.Inference.Repository;
using Contracts.Inference;
using Google.Protobuf;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

[SupportedOSPlatform("linux")]
public sealed class FileOverridesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static ModelRepositoryParameter Bytes(string content) => new() { BytesParam = ByteString.CopyFromUtf8(content) };

    private static readonly ModelRepositoryParameter Config = new() { StringParam = "{\"max_batch_size\": 3}" };

    private RepositoryResult<StagedModel>? Stage(string model, params (string Name, ModelRepositoryParameter Value)[] parameters) =>
        FileOverrides.Stage(model, parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value), _folder.Root);

    [Fact]
    public void Without_parameters_there_is_nothing_to_stage() => Assert.Null(Stage("m"));

    [Fact]
    public void A_configuration_alone_leaves_the_repository_its_files()
    {
        using var staged = Stage("m", ("config", Config))!.Value!;
        Assert.Equal(3, staged.Config.Config.MaxBatchSize);
        Assert.Null(staged.Folder);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void Files_lie_as_in_a_model_folder_until_they_are_disposed_of()
    {
        using (var staged = Stage("m", ("config", Config), ("file:1/model.onnx", Bytes("one")),
            ("file:12/model.onnx/model.onnx", Bytes("two")), ("file:12/model.onnx/w", Bytes("")))!.Value!)
        {
            Assert.Equal("m", Path.GetFileName(staged.Folder));
            Assert.StartsWith(_folder.Root + "/.", staged.Folder, StringComparison.Ordinal);
            var model = ModelRepositoryScan.ScanModel("m", staged.Folder!)!;
            Assert.Equal([1L, 12L], model.Versions.Select(version => version.Version));
            Assert.Equal("one", File.ReadAllText(ModelFilePath.Find(model.Versions[0].Path, "model.onnx").Value!));
            Assert.Equal("two", File.ReadAllText(ModelFilePath.Find(model.Versions[1].Path, "model.onnx").Value!));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(staged.Folder!, "1/model.onnx")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.GetDirectoryName(staged.Folder)!));
            Assert.Empty(ModelRepositoryScan.Scan(_folder.Root).Models);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Theory]
    [InlineData("file:../1/model.onnx")]
    [InlineData("file:1/../../escape")]
    [InlineData("file:1/..")]
    [InlineData("file:/etc/passwd")]
    [InlineData("file:1//etc/passwd")]
    [InlineData("file:1/a\\b")]
    [InlineData("file:1/a\0b")]
    [InlineData("file:1/./a")]
    [InlineData("file:1/")]
    [InlineData("file:1")]
    [InlineData("file:")]
    [InlineData("file:01/model.onnx")]
    [InlineData("file:0/model.onnx")]
    [InlineData("file:x/model.onnx")]
    [InlineData("file:-1/model.onnx")]
    [InlineData("file:99999999999999999999/model.onnx")]
    [InlineData("file:labels.txt")]
    [InlineData("files:1/model.onnx")]
    [InlineData("File:1/model.onnx")]
    [InlineData("")]
    public void A_name_that_leads_elsewhere_is_refused(string name)
    {
        var error = Assert.Single(Stage("m", ("config", Config), (name, Bytes("x")))!.Errors);
        Assert.Equal((DisplayValue.Quote(name), "load request"), (error.Field, error.File));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void Every_error_is_reported()
    {
        var result = Stage("..", ("file:1/a", new ModelRepositoryParameter { StringParam = "x" }), ("file:1/b", Bytes("")),
            ("file:1/b/c", Bytes("")), ("confg", Config))!;
        Assert.Equal(
        [
            "model_name is '..'; a model's name does not start with a dot",
            "'confg': the parameter is unknown; there are config and file:<version>/<name>",
            "'file:1/a' is StringParam; a file's content is bytes",
            "'file:1/b': the path is that of a file and of a folder at once",
            "config: files come with a configuration; give it as JSON in this parameter",
        ], result.Errors.Select(error => (error with { File = "" }).ToString()));
    }

    [Fact]
    public void Files_without_a_configuration_are_refused() =>
        Assert.Equal("config", Assert.Single(Stage("m", ("file:1/model.onnx", Bytes("x")))!.Errors).Field);

    [Fact]
    public void A_configuration_is_json_of_a_model()
    {
        Assert.Contains("config is BytesParam; the configuration is a string, JSON", Stage("m", ("config", Bytes("{}")))!.Reason,
            StringComparison.Ordinal);
        Assert.Contains("config override:1:3: max_batch: ModelConfig has no field of this name",
            Stage("m", ("config", new ModelRepositoryParameter { StringParam = "{ \"max_batch\": 1 }" }))!.Reason,
                StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_files_is_bounded()
    {
        var files = Enumerable.Range(0, FileOverrides.MostFiles + 1).Select(i => ($"file:1/{i}", Bytes(""))).Prepend(("config", Config));
        Assert.Equal("file: is 1025; a request has at most 1024 files",
            (Assert.Single(Stage("m", [.. files])!.Errors) with { File = "" }).ToString());
    }

    [Fact]
    public void Nothing_is_left_where_writing_fails()
    {
        var file = _folder.Write("not-a-folder", Encoding.UTF8.GetBytes("x"));
        Assert.ThrowsAny<IOException>(() =>
            FileOverrides.Stage("m", new Dictionary<string, ModelRepositoryParameter> { ["config"] = Config, ["file:1/a"] = Bytes("x") },
            file));
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(_folder.Root));
    }
}
