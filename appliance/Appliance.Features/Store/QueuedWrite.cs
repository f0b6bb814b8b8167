using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>One write that FASTER asked for. Its memory stays FASTER's and in place until one of the two ends is called, once.</summary>
internal readonly record struct QueuedWrite(LogDevice Device, IntPtr Source, int Segment, long Offset, uint Bytes, DeviceIOCompletionCallback Callback, object Context)
{
    /// <summary>EIO, for whoever still waits when the store closes.</summary>
    private const uint InputOutputError = 5;

    public string Path => Device.PathOf(Segment);

    /// <summary>Index files may come as one write longer than a span.</summary>
    public unsafe void Write()
    {
        for (long done = 0; done < Bytes;)
        {
            var part = (int)Math.Min(Bytes - done, LogDevice.LongestPart);
            Device.WriteNow(Segment, new ReadOnlySpan<byte>((byte*)Source + done, part), Offset + done);
            done += part;
        }
    }

    public void Complete()
    {
        Callback(0, Bytes, Context);
        Device.Completed(Segment, Offset + Bytes);
    }

    public void Abandon() => Callback(InputOutputError, 0, Context);
}
