using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>One write that FASTER asked for. Its memory stays FASTER's and in place until one of the two ends is called, once.</summary>
internal readonly record struct QueuedWrite(LogDevice Device, IntPtr Source, int Segment, long Offset, uint Bytes, DeviceIOCompletionCallback Callback, object Context)
{
    /// <summary>EIO, for whoever still waits when the store closes.</summary>
    private const uint InputOutputError = 5;

    public string Path => Device.PathOf(Segment);

    /// <summary>Writes a part of it.</summary>
    public unsafe void Write(long from, int bytes) => Device.WriteNow(Segment, new ReadOnlySpan<byte>((byte*)Source + from, bytes), Offset + from);

    /// <summary>Returns once that part has left the system's cache.</summary>
    public void WriteOut(long from, int bytes) => Device.WriteOut(Segment, Offset + from, bytes);

    public void Complete()
    {
        Callback(0, Bytes, Context);
        Device.Completed(Segment, Offset + Bytes);
    }

    public void Abandon() => Callback(InputOutputError, 0, Context);
}
