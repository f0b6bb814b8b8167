using System.Runtime.CompilerServices;
using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>Lengths of values for FASTER: those of <see cref="SpanByteVarLenStruct"/>, but a first read from the disk that takes in a typical row.</summary>
internal sealed class RecordLength : IVariableLengthStruct<SpanByte>
{
    /// <summary>Bytes of a value that a first read fetches; a longer one costs a second read. 320: 64 floats with null bits and header.</summary>
    private const int Typical = 320;

    public int GetInitialLength() => Typical;
    public int GetLength(ref SpanByte value) => value.TotalSize;
    public unsafe void Serialize(ref SpanByte source, void* destination) => source.CopyTo((byte*)destination);
    public unsafe ref SpanByte AsRef(void* source) => ref Unsafe.AsRef<SpanByte>(source);
    public unsafe void Initialize(void* source, void* end) => *(int*)source = (int)((byte*)end - (byte*)source) - sizeof(int);
}
