using Appliance.Inference.Repository;
using Appliance.Inference.Tests.Repository.ExternalData;
using Contracts.Onnx;
using Google.Protobuf;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public sealed class ExternalDataPathsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ExternalDataPathsTests()
    {
        _folder.Write("1/weights.bin", new byte[64]);
        _folder.Write("1/sub/more.bin", new byte[8]);
        _folder.Write("secret", "x");
    }

    public void Dispose() => _folder.Dispose();

    private RepositoryResult<IReadOnlyList<string>> Check(params TensorProto[] tensors) =>
        ExternalDataPaths.Check(_folder.Write("1/model.onnx", ExternalModels.Model(tensors).ToByteArray()), _folder.At("1"));

    [Fact]
    public void Files_beside_the_model_are_taken()
    {
        Assert.Empty(Check(new TensorProto { Name = "inline" }).Value!);
        var result = Check(
            ExternalModels.Tensor("a", "weights.bin", "0", "32"), ExternalModels.Tensor("b", "weights.bin", "32", "32"),
                ExternalModels.Tensor("c", "./weights.bin"),
            ExternalModels.Tensor("d", "sub/more.bin", "8", "0"));
        Assert.Equal("", result.Reason);
        Assert.Equal([_folder.At("1/sub/more.bin"), _folder.At("1/weights.bin")], result.Value!.Order());
    }

    [Fact]
    public void A_folder_that_stands_for_the_model_holds_its_files()
    {
        var model = _folder.Write("2/model.onnx/model.onnx",
            ExternalModels.Model(ExternalModels.Tensor("a", "w.bin", null, "4")).ToByteArray());
        _folder.Write("2/model.onnx/w.bin", new byte[4]);
        Assert.Equal([_folder.At("2/model.onnx/w.bin")], ExternalDataPaths.Check(model, _folder.At("2")).Value!);
    }

    [Theory]
    [InlineData("../secret", "a name cannot be . or ..")]
    [InlineData("sub/../weights.bin", "a name cannot be . or ..")]
    [InlineData("/etc/passwd", "a path must be relative to the folder")]
    [InlineData("C:/windows", "a path cannot start with a drive letter")]
    [InlineData("sub\\more.bin", "a path has forward slashes only")]
    [InlineData("", "a path cannot be empty")]
    [InlineData("./", "a path cannot be empty")]
    [InlineData("weights.bin\0", "a name cannot have control characters in it")]
    [InlineData("none.bin", "there is no such file beside the model")]
    [InlineData("sub", "there is no such file beside the model")]
    [InlineData("*/_ORT_MEM_ADDR_/*", "there is no such file beside the model")]
    public void A_location_that_leads_elsewhere_is_refused_by_name(string location, string rule)
    {
        var error = Assert.Single(Check(ExternalModels.Tensor("w", location)).Errors);
        Assert.Equal(("model.onnx", "external data of tensor 'w'", rule), (error.File, error.Field, error.Rule));
    }

    [Fact]
    public void Links_are_taken_only_where_they_stay_inside()
    {
        _folder.Link("1/inside", "sub/more.bin");
        _folder.Link("1/outside", "../secret");
        _folder.Link("1/outer", "..");
        _folder.Link("1/gone", "nothing");
        _folder.Link("1/circle", "circle");
        Assert.NotNull(Check(ExternalModels.Tensor("w", "inside", null, "8")).Value);
        Assert.Equal("a link leads out of the version folder", Assert.Single(Check(ExternalModels.Tensor("w", "outside")).Errors).Rule);
        Assert.Equal("a link leads out of the version folder",
            Assert.Single(Check(ExternalModels.Tensor("w", "outer/secret")).Errors).Rule);
        Assert.Equal("there is no such file beside the model", Assert.Single(Check(ExternalModels.Tensor("w", "gone")).Errors).Rule);
        Assert.Single(Check(ExternalModels.Tensor("w", "circle")).Errors);
        _folder.Link("alias", "1");
        Assert.NotNull(ExternalDataPaths.Check(_folder.Write("1/model.onnx",
            ExternalModels.Model(ExternalModels.Tensor("w", "weights.bin")).ToByteArray()), _folder.At("alias")).Value);
    }

    [Theory]
    [InlineData("0", "65", "the file has 64 bytes; the tensor takes 65 from byte 0 on")]
    [InlineData("64", "1", "the file has 64 bytes; the tensor takes 1 from byte 64 on")]
    [InlineData("65", null, "the file has 64 bytes; the tensor takes 0 from byte 65 on")]
    [InlineData("1", "9223372036854775807", "the file has 64 bytes; the tensor takes 9223372036854775807 from byte 1 on")]
    [InlineData("-1", "1", "the offset '-1' is no number of bytes")]
    [InlineData("0", "all", "the length 'all' is no number of bytes")]
    [InlineData("99999999999999999999", "1", "the offset '99999999999999999999' is no number of bytes")]
    public void A_tensor_must_fit_its_file(string? offset, string? length, string rule) =>
        Assert.Equal(rule, Assert.Single(Check(ExternalModels.Tensor("w", "weights.bin", offset, length)).Errors).Rule);

    [Fact]
    public void Every_tensor_is_reported_up_to_a_bound()
    {
        Assert.Equal(["'a'", "'b'"], Check(ExternalModels.Tensor("a", null), ExternalModels.Tensor("ok", "weights.bin"),
            ExternalModels.Tensor("b", "/"))
            .Errors.Select(error => error.Field["external data of tensor ".Length..]));
        Assert.Equal(20, Check([.. Enumerable.Range(0, 1000).Select(i => ExternalModels.Tensor($"t{i}", $"missing{i}"))]).Errors.Count);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        Assert.StartsWith("model.onnx: byte ",
            ExternalDataPaths.Check(_folder.Write("1/model.onnx", "not a model"), _folder.At("1")).Reason, StringComparison.Ordinal);
        Assert.StartsWith("none.onnx: the file cannot be read: ",
            ExternalDataPaths.Check(_folder.At("1/none.onnx"), _folder.At("1")).Reason, StringComparison.Ordinal);
    }
}
