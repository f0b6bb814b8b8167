using System.Runtime.InteropServices;

namespace LakeService.Commands;

/// <summary>
/// The output of the process, which ends what writes to it when its reader has gone: the runtime's own stream takes all that is written to a closed pipe and says nothing. Used by one thread; the
/// descriptor stays the caller's.
/// </summary>
/// <param name="inner">Writes to it.</param>
/// <param name="descriptor">Its file descriptor.</param>
public sealed partial class StandardOutput(Stream inner, int descriptor) : Stream
{
    // Of poll(2): the same on Linux and macOS.
    private const short Error = 8, HungUp = 16;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OutputClosedException">No one reads it any more; of what was written, some may have been read.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        var asked = new Asked { Descriptor = descriptor };
        if (!OperatingSystem.IsWindows() && Poll(ref asked, 1, 0) == 1 && (asked.Returned & (Error | HungUp)) != 0) throw new OutputClosedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Asked asked, nuint count, int milliseconds);

    // struct pollfd.
    [StructLayout(LayoutKind.Sequential)]
    private struct Asked
    {
        public int Descriptor;
        public short Wanted;
        public short Returned;
    }
}
