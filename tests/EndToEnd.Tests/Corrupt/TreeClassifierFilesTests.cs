using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Corrupt;

/// <summary>Classifiers as another converter writes them: one whose scores are a map cannot be carried by the protocol, and the load says what to do.</summary>
public sealed class TreeClassifierFilesTests(LoadingAppliance loading, ITestOutputHelper output) : IClassFixture<LoadingAppliance>
{
    [Theory]
    [InlineData("skl2onnx_treecl.onnx")]
    [InlineData("skl2onnx_treecl2.onnx")]
    [InlineData("skl2onnx_treecl3.onnx")]
    public async Task A_converted_classifier_is_served_or_refused_with_the_remedy(string file)
    {
        var onnx = await File.ReadAllBytesAsync(TestData.FileOrSkip(Path.Combine("onnx", file)), TestContext.Current.CancellationToken);
        var reason = await loading.TryModelAsync(onnx);
        output.WriteLine($"{file}: {reason ?? "served"}");
        await loading.IsUnharmedAsync();
    }
}
