using Appliance.Inference.Repository;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public sealed class ModelFilePathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_is_a_file_or_a_folder_with_one()
    {
        _folder.Write("1/model.onnx", "x");
        _folder.Write("2/model.onnx/model.onnx", "x");
        _folder.Folder("3/model.onnx");
        _folder.Folder("4");
        _folder.Link("5/model.onnx", "gone");
        _folder.Link("6/model.onnx", "model.onnx");
        Assert.Equal(_folder.At("1/model.onnx"), ModelFilePath.Find(_folder.At("1"), "model.onnx").Value);
        Assert.Equal(_folder.At("2/model.onnx/model.onnx"), ModelFilePath.Find(_folder.At("2"), "model.onnx").Value);
        Assert.Equal("model.onnx: the folder has no model.onnx in it", ModelFilePath.Find(_folder.At("3"), "model.onnx").Reason);
        Assert.Equal("other.onnx: there is no such file in the version folder", ModelFilePath.Find(_folder.At("4"), "other.onnx").Reason);
        Assert.NotEmpty(ModelFilePath.Find(_folder.At("5"), "model.onnx").Errors);
        Assert.NotEmpty(ModelFilePath.Find(_folder.At("6"), "model.onnx").Errors);
    }
}
