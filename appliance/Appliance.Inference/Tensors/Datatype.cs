namespace Appliance.Inference.Tensors;

/// <summary>The 14 tensor datatypes of the Open Inference Protocol.</summary>
public enum Datatype : byte
{
    None = 0,
    Bool,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Int8,
    Int16,
    Int32,
    Int64,
    FP16,
    FP32,
    FP64,
    Bytes,
    BF16,
}
