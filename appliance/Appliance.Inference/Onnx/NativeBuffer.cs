// Hot path: the memory that the runtime reads and writes.
using System.Runtime.InteropServices;

namespace Appliance.Inference.Onnx;

/// <summary>Aligned native memory that can grow. Owned by one instance; not thread-safe.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    // A cache line: the runtime's kernels load aligned vectors from it.
    private const int Alignment = 64;

    private byte* _memory;

    public nint Pointer => (nint)_memory;

    public int Capacity { get; private set; }

    /// <summary>Makes room for <paramref name="bytes"/>; true when the memory moved. Its contents are lost then.</summary>
    public bool Ensure(int bytes)
    {
        // At least one line, so that a zero-element tensor still has an address.
        if (_memory is not null && bytes <= Capacity) return false;
        NativeMemory.AlignedFree(_memory);
        Capacity = Math.Max(bytes, Alignment);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Capacity, Alignment);
        return true;
    }

    public Span<byte> Slice(int offset, int length) => new Span<byte>(_memory, Capacity).Slice(offset, length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        Capacity = 0;
    }
}
