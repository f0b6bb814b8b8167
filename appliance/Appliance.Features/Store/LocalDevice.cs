using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Features.Store;

/// <summary>Local files. Thread-safe.</summary>
public sealed unsafe partial class LocalDevice : IStoreDevice
{
    private const int NoWait = 8; // RWF_NOWAIT of linux/fs.h
    private const int WaitBeforeWriteAndAfter = 7; // SYNC_FILE_RANGE_WAIT_BEFORE | WRITE | WAIT_AFTER of linux/fs.h
    private const int ReadOnlyFolder = 0x10000; // O_RDONLY | O_DIRECTORY of fcntl.h on x86-64

    /// <summary>Cleared for good when the file system does not know reads that never wait.</summary>
    private volatile bool _readsCached = OperatingSystem.IsLinux();

    /// <summary>Cleared for good when the file system does not write parts of files out; a sync does all of it then.</summary>
    private volatile bool _writesOut = OperatingSystem.IsLinux();

    public SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.None);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    public int Read(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        var done = 0;
        while (done < bytes.Length)
        {
            var read = RandomAccess.Read(file, bytes[done..], offset + done);
            if (read == 0) break;
            done += read;
        }
        return done;
    }

    public bool TryReadCached(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        if (!_readsCached) return false;
        fixed (byte* target = bytes)
        {
            var part = new Part { Base = target, Length = (nuint)bytes.Length };
            var read = preadv2((int)file.DangerousGetHandle(), &part, 1, offset, NoWait);
            if (read == bytes.Length) return true;
            const int notSupported = 95, noSuchCall = 38, invalid = 22;
            if (read < 0 && Marshal.GetLastPInvokeError() is notSupported or noSuchCall or invalid) _readsCached = false;
            return false;
        }
    }

    public void WriteOut(SafeFileHandle file, long offset, long bytes)
    {
        if (!_writesOut) return;
        if (sync_file_range((int)file.DangerousGetHandle(), offset, bytes, WaitBeforeWriteAndAfter) == 0) return;
        if (!IsRefusedCall(Marshal.GetLastPInvokeError())) throw Fault("the log cannot be written out");
        _writesOut = false;
    }

    /// <summary>
    /// Whether an error of sync_file_range says that the system does not do it: ESPIPE, ENOSYS and EINVAL of kernels and file systems, EPERM of a sandbox's
    /// filter of calls, EOPNOTSUPP of layered file systems. All others say that bytes were lost.
    /// </summary>
    internal static bool IsRefusedCall(int error) => error is 1 or 22 or 29 or 38 or 95;

    public void Sync(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public void SyncFolder(string folder)
    {
        var handle = open(folder, ReadOnlyFolder);
        if (handle < 0) throw Fault($"'{folder}' cannot be opened to be synced");
        var result = fsync(handle);
        var fault = result < 0 ? Fault($"'{folder}' cannot be synced") : null;
        _ = close(handle);
        if (fault is not null) throw fault;
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    private static IOException Fault(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Base;
        public nuint Length;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint preadv2(int file, Part* parts, int count, long offset, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sync_file_range(int file, long offset, long bytes, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int file);
}
