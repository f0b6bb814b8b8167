using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Contracts.Inference;

namespace Appliance.Host.Tests.Grpc;

/// <summary>ModelInfer calls that are packed, and their answers.</summary>
public sealed class ModelInferCodingTests
{
    private const int Floats = 3_000;

    [Theory]
    [InlineData("gzip", null)]
    [InlineData("gzip", "identity,deflate,gzip")]
    [InlineData("deflate", "identity, deflate, gzip")]
    public async Task An_answer_comes_as_its_request_did(string coding, string? accepted)
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        for (var i = 0; i < 3; i++)
        {
            var reply = await caller.EndAsync(caller.Call(Packed(ModelInferRig.Body(floats: Floats), coding), ("grpc-encoding", coding), ("grpc-accept-encoding", accepted)));
            Assert.Equal(("200", "0", coding, 1), (reply.HttpStatus, reply.Status, reply.Fields["grpc-encoding"], reply.Body[0]));
            Assert.Equal(Floats * 4, Unpacked([.. reply.Body], coding).RawOutputContents[0].Length);
            // One that does not pack is answered as ever, before and after.
            Assert.Equal(7, (await caller.EndAsync(caller.Call(ModelInferRig.Body(floats: Floats)))).Value);
        }
        rig.AllIsOver();
    }

    [Theory]
    [InlineData("gzip", "identity", Floats)]
    [InlineData("gzip", "deflate", Floats)]
    [InlineData("gzip", null, 2)]
    [InlineData("identity", "gzip", Floats)]
    [InlineData(null, "gzip", Floats)]
    public async Task An_answer_goes_as_it_is_to_a_caller_who_does_not_take_it_packed_or_gets_little(string? coding, string? accepted, int floats)
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        var body = ModelInferRig.Body(floats: floats);
        var reply = await caller.EndAsync(caller.Call(coding == "gzip" ? Packed(body, coding) : body, ("grpc-encoding", coding), ("grpc-accept-encoding", accepted)));
        Assert.False(reply.Fields.ContainsKey("grpc-encoding"));
        Assert.Equal(7, reply.Value);
        rig.AllIsOver();
    }

    [Fact]
    public async Task An_answer_that_packing_makes_no_smaller_goes_as_it_is()
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        var random = new Random(5);
        var bytes = new byte[Floats * 4];
        random.NextBytes(bytes);
        foreach (ref var value in MemoryMarshal.Cast<byte, float>(bytes.AsSpan())) value = float.IsFinite(value) ? value : 1;
        var request = FakeCall.Row(1, "a");
        request.Inputs[0].Shape[1] = Floats;
        request.RawInputContents[0] = Google.Protobuf.ByteString.CopyFrom(bytes);
        var reply = await caller.EndAsync(caller.Call(FakeCall.Framed(request), ("grpc-encoding", "gzip")));
        Assert.Equal(bytes, reply.Response.RawOutputContents[0].ToByteArray());
        rig.AllIsOver();
    }

    [Fact]
    public async Task A_packed_answer_waits_for_its_callers_window_like_any_other()
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        caller.LimitStreams(40);
        var stream = caller.Call(Packed(ModelInferRig.Body(floats: Floats), "gzip"), ("grpc-encoding", "gzip"));
        rig.InsideBecomes(0);
        caller.OpenWindow(stream, 100_000);
        var reply = await caller.EndAsync(stream);
        Assert.Equal(Floats * 4, Unpacked([.. reply.Body], "gzip").RawOutputContents[0].Length);
        rig.AllIsOver();
    }

    [Fact]
    public async Task An_unknown_coding_is_unimplemented_with_those_that_are_taken()
    {
        using var rig = new ModelInferRig();
        rig.Instance.Open();
        var caller = rig.Connect();
        var body = ModelInferRig.Body();
        body[0] = 1;
        var reply = await caller.EndAsync(caller.Call(body, ("grpc-encoding", "snappy")));
        Assert.Equal(("12", "identity,gzip,deflate"), (reply.Status, reply.Fields["grpc-accept-encoding"]));
        Assert.Equal("the message is compressed with 'snappy'; identity,gzip,deflate are taken", reply.Message);
        rig.AllIsOver();
    }

    private static byte[] Packed(byte[] framed, string coding)
    {
        var packed = new MemoryStream();
        using (Stream stream = coding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(framed.AsSpan(5));
        }
        return FakeCall.Framed(packed.ToArray(), flag: 1);
    }

    private static ModelInferResponse Unpacked(byte[] framed, string coding)
    {
        Assert.Equal(framed.Length - 5, BinaryPrimitives.ReadInt32BigEndian(framed.AsSpan(1)));
        using Stream stream = coding == "gzip"
            ? new GZipStream(new MemoryStream(framed, 5, framed.Length - 5), CompressionMode.Decompress)
            : new ZLibStream(new MemoryStream(framed, 5, framed.Length - 5), CompressionMode.Decompress);
        return ModelInferResponse.Parser.ParseFrom(stream);
    }
}
