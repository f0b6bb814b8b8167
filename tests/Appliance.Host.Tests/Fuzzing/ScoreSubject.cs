using System.Text;
using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Entities;
using Appliance.Scoring.Features;
using Contracts.Scoring;
using Google.Protobuf;
using TestKit;
using TestKit.Fuzzing;

namespace Appliance.Host.Tests.Fuzzing;

/// <summary>ScoreRequest as the service reads it: the message by Google.Protobuf, its rows into tensors of two numbers and a text.</summary>
internal sealed class ScoreSubject : FuzzSubject
{
    private readonly TestModels _models = new(TimeProvider.System);
    private readonly FeatureRowDecoder _decoder = new();
    private readonly StoredFeatures _stored = new(null, TimeProvider.System);
    private BatchEntry? _entry;
    private bool _isLeased;
    private ScoreRequest? _request;

    public ScoreSubject()
    {
        var signature = SignatureBuilder.Batched(8).Input("x", Datatype.FP64, 1).Input("n", Datatype.Int64, 1).Input("t", Datatype.Bytes, 1).Output("y", Datatype.FP32, 1).Build();
        _models.Serve("m", 1, signature, new LinearModelInstance(signature, 0, 1, 1, 1));
    }

    public override IMutator Mutator { get; } = new ProtobufMutator();

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        new ScoreRequest { Model = "m", Version = 1, RequestId = "r", Rows = { Row(1.5, 7, "a"), Row(double.NaN, long.MinValue, "春") } }.ToByteArray(),
        new ScoreRequest { Model = "m", CallerKey = "c", Explain = false, Rows = { Row(-0.0, 0, "") } }.ToByteArray(),
    ];

    public override bool Decode(byte[] input)
    {
        if (_entry is not null) Return();
        Assert.True(_models.Pipeline.TryRent(out _entry));
        _request = null;
        _isLeased = false;
        try
        {
            _request = ScoreRequest.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException)
        {
            // What gRPC answers for it; anything else would be a fault.
            return false;
        }
        _entry.ModelName = "m"u8.ToArray();
        Assert.Equal(ScoreStatus.Ok, _models.Pipeline.TryAcquire(_entry));
        _isLeased = true;
        var status = _decoder.Decode(_request, FeatureBinding.Of(_entry.Model!), _entry, _stored);
        if (status == ScoreStatus.Ok) return true;
        Assert.Equal(ScoreStatus.InvalidArgument, status);
        Assert.False(string.IsNullOrEmpty(_entry.Error));
        return false;
    }

    public override void Check(byte[] input, bool taken)
    {
        if (!taken) return;
        var texts = _entry!.Inputs[2].Content;
        for (var row = 0; row < _request!.Rows.Count; row++)
        {
            var features = _request.Rows[row].Features;
            Assert.Equal(NumberOf(features["x"]), BitConverter.ToDouble(_entry.Inputs[0].Content.Span[(8 * row)..]));
            Assert.Equal(NumberOf(features["n"]), BitConverter.ToInt64(_entry.Inputs[1].Content.Span[(8 * row)..]));
            var text = Encoding.UTF8.GetBytes(features["t"].StringValue);
            Assert.True(texts.Span.Slice(4, BitConverter.ToInt32(texts.Span)).SequenceEqual(text));
            texts = texts[(4 + text.Length)..];
        }
        Assert.Equal(0, texts.Length);
    }

    private static double NumberOf(FeatureValue value) => value.KindCase switch
    {
        FeatureValue.KindOneofCase.Int64Value => value.Int64Value,
        FeatureValue.KindOneofCase.DoubleValue => value.DoubleValue,
        _ => double.NaN,
    };

    private void Return()
    {
        _decoder.TryReset();
        if (_isLeased) _models.Pipeline.Abandon(_entry!, ScoreStatus.Cancelled);
        _models.Pipeline.Return(_entry!);
    }

    private static FeatureRow Row(double x, long n, string t) => new()
    {
        Features = { ["x"] = new FeatureValue { DoubleValue = x }, ["n"] = new FeatureValue { Int64Value = n }, ["t"] = new FeatureValue { StringValue = t } },
    };
}
