using System.Runtime.InteropServices;
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Appliance.Scoring;

namespace AotProbe;

/// <summary>Models through the model manager and the scoring pipeline, in this native process.</summary>
internal static class InferenceProbe
{
    public static async Task RunAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new ModelManagerOptions { Repository = ProbeModels.WriteRepository() })
            .AddSingleton(new ScoringOptions())
            .AddInference()
            .AddScoring();
        await using var provider = services.BuildServiceProvider();
        var manager = provider.GetRequiredService<ModelManager>();
        await manager.StartAsync(CancellationToken.None);
        var broken = manager.Index().Single(v => v.Model == "broken");
        Expect.Equal(ModelState.Failed, broken.State, "broken model");

        var pipeline = provider.GetRequiredService<ScoringPipeline>();
        float[] values = [1, 2, 3, 4];
        var doubled = await AnswerAsync(pipeline, "doubled", Datatype.FP32, MemoryMarshal.AsBytes<float>(values).ToArray(), 4);
        Expect.Equal(8f, MemoryMarshal.Cast<byte, float>(doubled)[3], "doubled");
        var word = Encoding.UTF8.GetBytes("盲盒");
        byte[] raw = [(byte)word.Length, 0, 0, 0, .. word];
        var words = await AnswerAsync(pipeline, "words", Datatype.Bytes, raw, 1);
        Expect.Equal("盲盒", Encoding.UTF8.GetString(words.AsSpan(4)), "words");
        // Alone it waits for its queue delay, which a native timer ends.
        var waited = await AnswerAsync(pipeline, "scheduled", Datatype.FP32, MemoryMarshal.AsBytes<float>(values).ToArray(), 4);
        Expect.Equal(4f, MemoryMarshal.Cast<byte, float>(waited)[1], "scheduled");
        await manager.StopAsync(CancellationToken.None);
    }

    private static async Task<byte[]> AnswerAsync(ScoringPipeline pipeline, string model, Datatype datatype, byte[] content, long width)
    {
        if (!pipeline.TryRent(out var entry)) throw new InvalidOperationException("no entry");
        entry.ModelName = Encoding.UTF8.GetBytes(model);
        Fill(entry, datatype, content, width);
        var status = await pipeline.InferAsync(entry);
        Expect.Equal(ScoreStatus.Ok, status, $"{model}: {entry.Error}");
        var answer = entry.BytesOf(entry.Outputs[0]).ToArray();
        pipeline.Return(entry);
        return answer;
    }

    private static void Fill(BatchEntry entry, Datatype datatype, byte[] content, long width)
    {
        ref var input = ref entry.AddInput();
        input.Name = "x"u8.ToArray();
        input.Datatype = datatype;
        input.Content = content;
        input.Rank = 2;
        entry.AddDim(1);
        entry.AddDim(width);
    }
}
