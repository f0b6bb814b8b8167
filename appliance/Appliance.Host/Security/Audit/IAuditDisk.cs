namespace Appliance.Host.Security.Audit;

/// <summary>The file that an audit log appends to. One is the disk, one is a test's that fills up. Not thread-safe.</summary>
internal interface IAuditDisk : IDisposable
{
    /// <summary>Bytes of the file that is open.</summary>
    long Length { get; }

    /// <summary>Goes on in a file, which is made where it is not there; nobody else may write it meanwhile.</summary>
    void Open(string path);

    /// <summary>Puts bytes at the end, all of them on the disk or none.</summary>
    /// <exception cref="IOException">They are not there.</exception>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Takes what is behind <paramref name="length"/> away.</summary>
    void Cut(long length);
}
