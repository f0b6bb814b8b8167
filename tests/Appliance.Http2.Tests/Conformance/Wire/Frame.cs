namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>A frame as it was received.</summary>
public readonly record struct Frame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    public bool Has(byte flag) => (Flags & flag) != 0;

    public bool EndsStream => Type is FrameType.Data or FrameType.Headers && Has(RawFrames.EndStream);
}
