using System.Text;
using System.Text.Json;
using Appliance.Host.Rest.Business;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Entities;
using Contracts;
using Microsoft.AspNetCore.Http;
using TestKit;
using TestKit.Fuzzing;

namespace Appliance.Host.Tests.Fuzzing;

/// <summary>A business request, against what System.Text.Json makes of it as a document: rows of a number, a whole number, a flag and a text.</summary>
internal sealed class PredictSubject : FuzzSubject
{
    private const int MaxDepth = 16;

    private readonly TestModels _models = new(TimeProvider.System);
    private readonly PredictDecoder _decoder = new();
    private readonly PredictPath _path;
    private readonly IHeaderDictionary _headers = new HeaderDictionary();
    private BatchEntry? _entry;
    private bool _isLeased;

    public PredictSubject()
    {
        var signature = SignatureBuilder.Batched(8).Input("x", Datatype.FP32, 2).Input("b", Datatype.Bool, 1).Input("t", Datatype.Bytes, 1).Output("y", Datatype.FP32, 1).Build();
        _models.Serve("m", 1, signature, new LinearModelInstance(signature, 0, 1, 1, 1, 1), Manifest());
        _path = new PredictPath(_models.Pipeline, new StoredFeatures(null, TimeProvider.System), MaxDepth);
    }

    public override IMutator Mutator { get; } = new TokenMutator(
        "\"features\"", "\"userId\"", "\"entity\"", "\"explain\"", "\"requestId\"", "\"version\"", "\"amount\"", "\"count\"", "\"vip\"", "\"city\"", "\"\\u0063ity\"", "\"am\\u006funt\"");

    public override IReadOnlyList<byte[]> Seeds { get; } = [.. new[]
    {
        """{"features":{"amount":1.5,"count":3,"vip":true,"city":"春"},"requestId":"r-1","userId":7}""",
        """[{"features":{"amount":-1e3,"count":-2,"vip":false,"city":"a\u0062\n"},"version":1},{"features":{"amount":null,"count":0,"vip":true,"city":""},"userId":"u","entity":null,"explain":false}]""",
    }.Select(Encoding.UTF8.GetBytes)];

    public override bool Decode(byte[] input)
    {
        if (_entry is not null) Return();
        Assert.True(_models.Pipeline.TryRent(out _entry));
        _entry.ModelName = "m"u8.ToArray();
        var status = _decoder.Decode(input, _headers, explain: false, _entry, _path);
        _isLeased = status == ScoreStatus.Ok;
        if (_isLeased) return true;
        Assert.True(status is ScoreStatus.InvalidArgument or ScoreStatus.NotFound, $"{status}: {_entry.Error}");
        Assert.False(string.IsNullOrEmpty(_entry.Error));
        return false;
    }

    public override void Check(byte[] input, bool taken)
    {
        Assert.Equal(taken ? 1 : 0, _models.Directory.Slots.Single().Ready.Single().Leases);
        if (!taken) return;
        using var document = JsonDocument.Parse(input);
        JsonElement[] rows = document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray()] : [document.RootElement];
        var floats = Content("x");
        var flags = Content("b");
        var texts = Content("t");
        Assert.Equal((rows.Length * 8, rows.Length), (floats.Length, flags.Length));
        for (var row = 0; row < rows.Length; row++)
        {
            var features = rows[row].GetProperty("features");
            var amount = features.GetProperty("amount");
            Assert.Equal(amount.ValueKind == JsonValueKind.Null ? float.NaN : (float)amount.GetDouble(), BitConverter.ToSingle(floats.Span[(8 * row)..]));
            // 1E2 is a whole number, too.
            var count = features.GetProperty("count");
            Assert.Equal(count.TryGetInt64(out var whole) ? whole : (float)count.GetDouble(), BitConverter.ToSingle(floats.Span[((8 * row) + 4)..]));
            Assert.Equal(features.GetProperty("vip").GetBoolean(), flags.Span[row] != 0);
            var city = Encoding.UTF8.GetBytes(features.GetProperty("city").GetString()!);
            Assert.Equal(city.Length, BitConverter.ToInt32(texts.Span));
            Assert.True(texts.Span.Slice(4, city.Length).SequenceEqual(city));
            texts = texts[(4 + city.Length)..];
        }
        Assert.Equal(0, texts.Length);
        if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("requestId", out var id)) Assert.Equal(id.GetString(), _decoder.RequestId);
    }

    private ReadOnlyMemory<byte> Content(string input) => _entry!.Inputs.ToArray().Single(i => Encoding.UTF8.GetString(i.Name.Span) == input).Content;

    private void Return()
    {
        _decoder.TryReset();
        if (_isLeased) _models.Pipeline.Abandon(_entry!, ScoreStatus.Cancelled);
        _models.Pipeline.Return(_entry!);
    }

    private static ModelManifest Manifest() => new()
    {
        Model = "m",
        Version = 1,
        Features =
        [
            new ManifestFeature { Name = "amount", Type = "double", Input = "x", Column = 0 },
            new ManifestFeature { Name = "count", Type = "int64", Input = "x", Column = 1 },
            new ManifestFeature { Name = "vip", Type = "bool", Input = "b" },
            new ManifestFeature { Name = "city", Type = "string", Input = "t" },
        ],
        Outputs = [new ManifestOutput { Name = "score", Output = "y" }],
    };
}
