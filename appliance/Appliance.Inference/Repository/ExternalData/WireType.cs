namespace Appliance.Inference.Repository.ExternalData;

/// <summary>How protobuf's binary form writes a field.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    LengthDelimited = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}
