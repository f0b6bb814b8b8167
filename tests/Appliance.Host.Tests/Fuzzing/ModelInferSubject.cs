using System.Text;
using Appliance.Host.Grpc;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using Google.Protobuf;
using TestKit.Fuzzing;

namespace Appliance.Host.Tests.Fuzzing;

/// <summary>ModelInferRequest as it is read in place, against what Google.Protobuf makes of the same bytes.</summary>
internal sealed class ModelInferSubject : FuzzSubject
{
    private readonly BatchEntry _entry = new();

    public override IMutator Mutator { get; } = new ProtobufMutator();

    public override IReadOnlyList<byte[]> Seeds { get; } = [Raw(), Typed(), Asking(), Strings()];

    public override bool Decode(byte[] input)
    {
        _entry.Reset();
        var status = InferRequestDecoder.Decode(input, _entry);
        if (status == ScoreStatus.Ok) return true;
        Assert.True(status is ScoreStatus.InvalidArgument or ScoreStatus.Unsupported, $"{status}");
        Assert.False(string.IsNullOrEmpty(_entry.Error));
        return false;
    }

    public override void Check(byte[] input, bool taken)
    {
        if (!taken) return;
        ModelInferRequest request;
        try
        {
            request = ModelInferRequest.Parser.ParseFrom(input);
        }
        catch (InvalidProtocolBufferException e) when (e.Message.Contains("UTF-8", StringComparison.Ordinal))
        {
            // Names are bytes here: one that is no text is nobody's.
            return;
        }
        catch (InvalidProtocolBufferException)
        {
            // Contents are read by the binder, which must not take these.
            Assert.Contains(_entry.Inputs.ToArray(), i => i.Typed && !TypedContents.TryCount(i.Content.Span, i.Datatype, out _));
            return;
        }
        Assert.Equal(request.ModelName, Text(_entry.ModelName));
        Assert.Equal(request.Id, Text(_entry.Id));
        Assert.Equal(request.ModelVersion.Length == 0 ? 0 : long.Parse(request.ModelVersion, System.Globalization.CultureInfo.InvariantCulture), _entry.RequestedVersion);
        Assert.Equal(request.Outputs.Select(o => o.Name), _entry.Requested.ToArray().Select(o => Text(o.Name)));
        Assert.Equal(request.Inputs.Count, _entry.InputCount);
        for (var i = 0; i < request.Inputs.Count; i++) CheckInput(request, i);
        if (request.Parameters.TryGetValue("priority", out var priority)) Assert.Equal(WholeOf(priority), _entry.Priority);
    }

    private void CheckInput(ModelInferRequest request, int index)
    {
        var (expected, input) = (request.Inputs[index], _entry.Inputs[index]);
        Assert.Equal((expected.Name, expected.Datatype), (Text(input.Name), input.Datatype.Name()));
        Assert.Equal(expected.Shape, _entry.ShapeOf(input).ToArray());
        Assert.Equal(request.RawInputContents.Count == 0, input.Typed);
        if (!input.Typed)
        {
            Assert.Equal(request.RawInputContents[index].Span, input.Content.Span);
            return;
        }
        // The binder reads them: it may refuse what it takes for another field's, and must not misread what it takes.
        if (!TypedContents.TryCount(input.Content.Span, input.Datatype, out var count)) return;
        var contents = expected.Contents ?? new InferTensorContents();
        Assert.Equal(CountOf(contents, input.Datatype), count);
        if (input.Datatype is not (Datatype.FP32 or Datatype.Int64 or Datatype.Bool)) return;
        var copied = new byte[count * input.Datatype.Size()];
        if (!TypedContents.TryCopy(input.Content.Span, input.Datatype, copied)) return;
        Assert.Equal(BytesOf(contents, input.Datatype), copied);
    }

    private static ulong WholeOf(InferParameter value) => value.ParameterChoiceCase switch
    {
        InferParameter.ParameterChoiceOneofCase.Int64Param => (ulong)value.Int64Param,
        InferParameter.ParameterChoiceOneofCase.Uint64Param => value.Uint64Param,
        _ => 0,
    };

    private static long CountOf(InferTensorContents contents, Datatype datatype) => TypedContents.FieldOf(datatype) switch
    {
        1 => contents.BoolContents.Count,
        2 => contents.IntContents.Count,
        3 => contents.Int64Contents.Count,
        4 => contents.UintContents.Count,
        5 => contents.Uint64Contents.Count,
        6 => contents.Fp32Contents.Count,
        7 => contents.Fp64Contents.Count,
        8 => contents.BytesContents.Count,
        _ => 0,
    };

    private static byte[] BytesOf(InferTensorContents contents, Datatype datatype) => datatype switch
    {
        Datatype.FP32 => [.. contents.Fp32Contents.SelectMany(BitConverter.GetBytes)],
        Datatype.Int64 => [.. contents.Int64Contents.SelectMany(BitConverter.GetBytes)],
        _ => [.. contents.BoolContents.Select(b => b ? (byte)1 : (byte)0)],
    };

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    private static byte[] Raw()
    {
        var request = new ModelInferRequest { ModelName = "m", ModelVersion = "3", Id = "a-1", Inputs = { Input("x", "FP32", 2, 2), Input("n", "INT64", 1, 1) } };
        request.RawInputContents.Add(ByteString.CopyFrom(new byte[16]));
        request.RawInputContents.Add(ByteString.CopyFrom(new byte[8]));
        return request.ToByteArray();
    }

    private static byte[] Typed()
    {
        var floats = Input("x", "FP32", 1, 3);
        floats.Contents = new InferTensorContents { Fp32Contents = { 1, -2.5f, float.NaN } };
        var flags = Input("f", "BOOL", 1, 2);
        flags.Contents = new InferTensorContents { BoolContents = { true, false } };
        var longs = Input("l", "INT64", 1, 3);
        longs.Contents = new InferTensorContents { Int64Contents = { 0, -1, long.MaxValue } };
        var small = Input("s", "UINT8", 1, 1);
        small.Contents = new InferTensorContents { UintContents = { 255 } };
        return new ModelInferRequest { ModelName = "m", Inputs = { floats, flags, longs, small } }.ToByteArray();
    }

    private static byte[] Asking()
    {
        var request = new ModelInferRequest
        {
            ModelName = "会员",
            Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y" }, new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "z" } },
            Parameters =
            {
                ["priority"] = new InferParameter { Uint64Param = 2 },
                ["timeout"] = new InferParameter { Int64Param = 1000 },
                ["sequence_start"] = new InferParameter { BoolParam = false },
                ["caller_key"] = new InferParameter { StringParam = "c" },
                ["own"] = new InferParameter { DoubleParam = 0.5 },
            },
        };
        request.Outputs[0].Parameters["own"] = new InferParameter { Int64Param = 1 };
        var input = Input("x", "FP16", 1);
        input.Parameters["own"] = new InferParameter { StringParam = "p" };
        request.Inputs.Add(input);
        request.RawInputContents.Add(ByteString.CopyFrom(new byte[2]));
        return request.ToByteArray();
    }

    private static byte[] Strings()
    {
        var input = Input("t", "BYTES", 1, 2);
        input.Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("a"), ByteString.Empty } };
        return new ModelInferRequest { ModelName = "m", Inputs = { input } }.ToByteArray();
    }

    private static ModelInferRequest.Types.InferInputTensor Input(string name, string datatype, params long[] shape) => new() { Name = name, Datatype = datatype, Shape = { shape } };
}
