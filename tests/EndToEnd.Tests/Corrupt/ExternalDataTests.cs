using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Corrupt;

/// <summary>Models whose weights lie in files beside them: the good layout is served, and no path leads out of the version's folder.</summary>
public sealed class ExternalDataTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    private const string Weights = "weights.bin";
    private static readonly byte[] Values = [.. new[] { 10f, 20, 30, 40 }.SelectMany(BitConverter.GetBytes)];

    [Theory]
    [InlineData("model.onnx/model.onnx", "model.onnx/weights.bin", Weights)]
    [InlineData("model.onnx/model.onnx", "model.onnx/part/weights.bin", "part/weights.bin")]
    [InlineData("model.onnx/model.onnx", "model.onnx/weights.bin", "./weights.bin")]
    [InlineData("model.onnx", "weights.bin", Weights)]
    public async Task Weights_beside_the_model_are_taken(string model, string weights, string location)
    {
        Assert.Null(await TryAsync([(model, OnnxModels.AddExternal(location)), (weights, Values)], whileLoaded: AnswersAsync));
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("../../secret.bin")]
    [InlineData("part/../../secret.bin")]
    [InlineData("..\\secret.bin")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("weights.bin\0")]
    [InlineData("\0weights.bin")]
    [InlineData("weights.bin/")]
    [InlineData("//weights.bin")]
    public async Task A_location_that_is_no_path_inside_the_folder_is_refused(string location)
    {
        var reason = await TryAsync([("model.onnx", OnnxModels.AddExternal(location)), (Weights, Values), ("../secret.bin", Values)]);
        Assert.Contains("external data of tensor 'offset'", reason);
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task An_absolute_location_is_refused()
    {
        var secret = Path.Combine(loading.Repository.Outside, "absolute.bin");
        await File.WriteAllBytesAsync(secret, Values, TestContext.Current.CancellationToken);
        Assert.Contains("relative", await TryAsync([("model.onnx", OnnxModels.AddExternal(secret))]));
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_link_that_leads_out_is_refused()
    {
        var secret = Path.Combine(loading.Repository.Outside, "linked.bin");
        await File.WriteAllBytesAsync(secret, Values, TestContext.Current.CancellationToken);
        var reason = await TryAsync([("model.onnx", OnnxModels.AddExternal(Weights))], folder => File.CreateSymbolicLink(Path.Combine(folder, Weights), secret));
        Assert.Contains("link leads out", reason);
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_linked_folder_that_leads_out_is_refused()
    {
        var outside = Directory.CreateDirectory(Path.Combine(loading.Repository.Outside, "folder")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(outside, Weights), Values, TestContext.Current.CancellationToken);
        var reason = await TryAsync(
            [("model.onnx", OnnxModels.AddExternal($"part/{Weights}"))], folder => Directory.CreateSymbolicLink(Path.Combine(folder, "part"), outside));
        Assert.Contains("link leads out", reason);
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_link_that_leads_to_itself_is_refused()
    {
        var reason = await TryAsync(
            [("model.onnx", OnnxModels.AddExternal(Weights))], folder => File.CreateSymbolicLink(Path.Combine(folder, Weights), Weights));
        Assert.NotNull(reason);
        await loading.IsUnharmedAsync();
    }

    [Theory]
    [InlineData(-16, 16)]
    [InlineData(0, -16)]
    [InlineData(16, 16)]
    [InlineData(0, 17)]
    [InlineData(4, 16)]
    [InlineData(long.MaxValue, 16)]
    [InlineData(16, long.MaxValue)]
    public async Task A_range_outside_the_file_is_refused(long offset, long length)
    {
        var reason = await TryAsync([("model.onnx", OnnxModels.AddExternal(Weights, offset, length)), (Weights, Values)]);
        Assert.Contains("external data of tensor 'offset'", reason);
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_range_shorter_than_the_tensor_is_refused()
    {
        Assert.NotNull(await TryAsync([("model.onnx", OnnxModels.AddExternal(Weights, 0, 8)), (Weights, Values)]));
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task Weights_that_are_not_there_are_refused_by_name()
    {
        var reason = await TryAsync([("model.onnx/model.onnx", OnnxModels.AddExternal("gone.bin"))]);
        Assert.Contains("'gone.bin'", reason);
        Assert.Contains("no such file", reason);
    }

    [Fact]
    public async Task A_folder_without_the_model_in_it_is_refused() =>
        Assert.Contains("has no model.onnx in it", await TryAsync([("model.onnx/weights.bin", Values)]));

    /// <summary>Loads a version of these files, relative to its folder; returns why it was refused.</summary>
    private async Task<string?> TryAsync((string Name, byte[] Content)[] files, Action<string>? finish = null, Func<string, Task>? whileLoaded = null)
    {
        await loading.StartedAsync();
        var model = loading.NextModel();
        loading.Repository.AddVersion(model, 1, files);
        finish?.Invoke(loading.Repository.VersionPath(model, 1));
        return await loading.TryAsync(model, whileLoaded);
    }

    private async Task AnswersAsync(string model)
    {
        var appliance = await loading.StartedAsync();
        var outputs = await appliance.OutputsAsync(InferMessages.Raw(model, TensorValue.OfFloats(OnnxModels.Input, [1, 4], 1, 2, 3, 4)));
        Assert.Equal([11f, 22, 33, 44], Assert.Single(outputs).As<float>());
    }
}
