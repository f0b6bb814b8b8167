using Appliance.Host.Rest.Business;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Entities;
using TestKit;

namespace Appliance.Host.Tests.Business;

public sealed class PredictAllocationTests
{
    private const int WarmUp = 50, Measured = 250, Rounds = 4;
    private static readonly byte[] Name = "koc-potential"u8.ToArray();

    [Theory]
    [InlineData("""{"userId":12345,"features":{"consumption_amount":500,"share_count":10,"social_interaction_score":0.8}}""")]
    [InlineData("""[{"features":{"share_count":1,"consumption\u005famount":500}},{"features":{"consumption_amount":null,"share_count":1e1}}]""")]
    public void Decoding_a_request_and_encoding_its_answer_allocate_nothing(string json)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(json);
        // The least of a few rounds, as in Allocations.
        var rounds = Enumerable.Range(0, Rounds).Select(_ => Measure(body)).ToList();
        Assert.Equal((0L, 0L), (rounds.Min(r => r.Decoding), rounds.Min(r => r.Encoding)));
    }

    private static (long Decoding, long Encoding) Measure(byte[] body)
    {
        var models = new TestModels(TimeProvider.System);
        var signature = KocPotential.Signature();
        models.Serve(KocPotential.Name, 1, signature, KocPotential.Instance(signature), KocPotential.Manifest());
        var path = new PredictPath(models.Pipeline, new StoredFeatures(null, TimeProvider.System), MaxDepth: 16);
        var decoder = new PredictDecoder();
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        var envelope = new EnvelopeWriter();
        var (decoding, encoding) = (0L, 0L);
        for (var i = -WarmUp; i < Measured; i++)
        {
            if (i == 0) decoding = encoding = 0;
            Assert.True(models.Pipeline.TryRent(out var entry));
            entry.ModelName = Name;
            decoding -= GC.GetAllocatedBytesForCurrentThread();
            var status = decoder.Decode(body, headers, explain: false, entry, path);
            decoder.TryReset();
            decoding += GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(ScoreStatus.Ok, status);
            Run(models, entry);
            encoding -= GC.GetAllocatedBytesForCurrentThread();
            PredictAnswer.Write(envelope, entry, new PredictReply(decoder.IsArray, "id", null), TimeProvider.System);
            envelope.Json.Flush();
            envelope.TryReset();
            encoding += GC.GetAllocatedBytesForCurrentThread();
            models.Pipeline.Return(entry);
        }
        return (decoding, encoding);
    }

    // The model runs on this thread, so the answer is there at once.
    private static void Run(TestModels models, BatchEntry entry)
    {
        var submitted = models.Pipeline.SubmitAsync(entry);
        Assert.True(submitted.IsCompletedSuccessfully);
        Assert.Equal(ScoreStatus.Ok, submitted.Result);
    }
}
