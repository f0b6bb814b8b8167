using System.Buffers.Binary;
using System.Text;
using Appliance.Http2.Hpack;
using Contracts.Inference;

namespace Appliance.Host.Tests.Grpc;

/// <summary>What a <see cref="FrameCaller"/> has got of one answer.</summary>
internal sealed class FrameReply : IHeaderSink
{
    /// <summary>Headers and trailers.</summary>
    public Dictionary<string, string> Fields { get; } = [];

    public List<byte> Body { get; } = [];

    /// <summary>Whether the server has ended the stream.</summary>
    public bool Ended { get; set; }

    public string? HttpStatus => Fields.GetValueOrDefault(":status");
    public string? Status => Fields.GetValueOrDefault("grpc-status");
    public string? Message => Fields.TryGetValue("grpc-message", out var message) ? Uri.UnescapeDataString(message) : null;

    /// <summary>The answer of a call that went well.</summary>
    public ModelInferResponse Response
    {
        get
        {
            Assert.Equal(("200", "0", "application/grpc"), (HttpStatus, Status, Fields.GetValueOrDefault("content-type")));
            byte[] body = [.. Body];
            Assert.Equal(0, body[0]);
            Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
            return ModelInferResponse.Parser.ParseFrom(body.AsSpan(5));
        }
    }

    /// <summary>The answer's first value.</summary>
    public float Value => BitConverter.ToSingle(Response.RawOutputContents[0].Span);

    void IHeaderSink.Field(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Fields.Add(Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value));
}
