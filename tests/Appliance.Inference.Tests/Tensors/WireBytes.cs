using Google.Protobuf;

namespace Appliance.Inference.Tests.Tensors;

/// <summary>Writes protobuf fields by hand, in forms that the generated classes would not choose. Not thread-safe.</summary>
internal sealed class WireBytes
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public WireBytes() => _output = new CodedOutputStream(_bytes);

    public byte[] ToArray()
    {
        _output.Flush();
        return _bytes.ToArray();
    }

    public WireBytes Varint(int field, ulong value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteUInt64(value);
        return this;
    }

    public WireBytes Fixed32(int field, uint value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFixed32(value);
        return this;
    }

    public WireBytes Fixed64(int field, ulong value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed64);
        _output.WriteFixed64(value);
        return this;
    }

    public WireBytes Delimited(int field, params byte[] payload)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(ByteString.CopyFrom(payload));
        return this;
    }

    public WireBytes Packed(int field, params ReadOnlySpan<ulong> values)
    {
        using var inner = new MemoryStream();
        var output = new CodedOutputStream(inner);
        foreach (var value in values) output.WriteUInt64(value);
        output.Flush();
        return Delimited(field, inner.ToArray());
    }

    public WireBytes Raw(params byte[] bytes)
    {
        _output.Flush();
        _bytes.Write(bytes);
        return this;
    }
}
