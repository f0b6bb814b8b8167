using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Corrupt;

/// <summary>Model files that were cut off, overwritten or never were models.</summary>
public sealed class DamagedOnnxTests(LoadingAppliance loading, ITestOutputHelper output) : IClassFixture<LoadingAppliance>
{
    private const int Cuts = 40, Flips = 150;

    private static readonly byte[] Whole = OnnxModels.Mlp(0.1f);
    private static readonly TensorValue Row = TensorValue.OfFloats(OnnxModels.Input, [1, 64], new float[64]);

    [Fact]
    public async Task The_whole_file_is_served()
    {
        Assert.Null(await loading.TryModelAsync(Whole, whileLoaded: AnswersAsync));
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        Assert.Contains("no graph", await loading.RefusalOfAsync([]));
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_file_that_is_cut_anywhere_is_refused()
    {
        var random = Seeded();
        int[] cuts = [.. Enumerable.Range(1, 8), .. Enumerable.Range(0, Cuts).Select(_ => random.Next(9, Whole.Length)), Whole.Length - 1];
        foreach (var cut in cuts)
        {
            var reason = await loading.TryModelAsync(Whole[..cut]);
            Assert.True(reason is not null, $"a file cut after {cut} of {Whole.Length} bytes was loaded");
        }
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task Random_bytes_are_refused()
    {
        var random = Seeded();
        for (var i = 0; i < Cuts; i++)
        {
            var garbage = new byte[random.Next(1, 4096)];
            random.NextBytes(garbage);
            Assert.True(await loading.TryModelAsync(garbage) is not null, Convert.ToHexString(garbage));
        }
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_file_with_changed_bytes_is_served_or_refused()
    {
        // No loop among them: one whose count is changed runs for as long as it then says.
        var random = Seeded();
        byte[][] files = [OnnxModels.AddSub(DataType.Float), OnnxModels.ConcatenateColumns(), OnnxModels.SumOfAll(), OnnxModels.Scale(3)];
        var loaded = 0;
        for (var i = 0; i < Flips; i++)
        {
            var changed = (byte[])files[i % files.Length].Clone();
            for (var n = random.Next(1, 4); n > 0; n--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
            if (await loading.TryModelAsync(changed) is null) loaded++;
        }
        output.WriteLine($"{loaded} of {Flips} were loaded");
        Assert.True(loaded < Flips, "every flip was loaded: they damage nothing");
        await loading.IsUnharmedAsync();
    }

    private async Task AnswersAsync(string model)
    {
        var appliance = await loading.StartedAsync();
        var response = await appliance.InferAsync(InferMessages.Raw(model, Row));
        Assert.Equal([1L, 1L], Assert.Single(response.Outputs).Shape);
    }

    private Random Seeded()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
