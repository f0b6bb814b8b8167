namespace Appliance.Host.Security.Audit;

/// <inheritdoc cref="IAuditDisk"/>
internal sealed class AuditDisk : IAuditDisk
{
    private FileStream? _file;

    public long Length => _file?.Length ?? 0;

    public void Open(string path)
    {
        // The old file stays in use until the new one is there.
        var next = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        next.Seek(0, SeekOrigin.End);
        _file?.Dispose();
        _file = next;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var before = _file!.Length;
        try
        {
            _file.Seek(before, SeekOrigin.Begin);
            _file.Write(bytes);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A part of a line would break the chain. Making a file shorter needs no room.
            _file.SetLength(before);
            throw;
        }
    }

    public void Cut(long length)
    {
        _file!.SetLength(length);
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file?.Dispose();
}
