namespace Lake.Storage;

/// <summary>
/// Files of tables, by location: an absolute path or <c>file://</c> on local disks, <c>s3://bucket/key</c> on S3. Files are written once and never changed. Thread-safe.
/// Failures of disk or network are <see cref="IOException"/> whose message names the location.
/// </summary>
public interface ITableStorage
{
    /// <summary>All bytes of a file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    Task<byte[]> ReadAsync(string location, CancellationToken cancellation);

    /// <summary>Writes a file that no one reads before it is named elsewhere. Durable when the task has ended.</summary>
    Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Writes a file unless there is one: of many that try at once, one gets true. Durable when the task has ended.</summary>
    Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Puts a file's bytes in the place of what was there, in one step for readers. Durable when the task has ended.</summary>
    Task ReplaceAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    Task<bool> ExistsAsync(string location, CancellationToken cancellation);

    /// <summary>A file's length and time; null where there is none.</summary>
    async Task<StoredFile?> FindAsync(string location, CancellationToken cancellation)
    {
        await foreach (var file in ListAsync(location[..location.LastIndexOf('/')], cancellation))
        {
            if (file.Location == location) return file;
        }
        return null;
    }

    /// <summary>Deletes a file; one that is not there is no error.</summary>
    Task DeleteAsync(string location, CancellationToken cancellation);

    /// <summary>Deletes files in their order, or many at once where the storage can; those that are not there are no error.</summary>
    async Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancellation)
    {
        foreach (var location in locations) await DeleteAsync(location, cancellation);
    }

    /// <summary>All files below a folder or prefix, in no order.</summary>
    IAsyncEnumerable<StoredFile> ListAsync(string folder, CancellationToken cancellation);

    /// <summary>A file of the local disk with the location's bytes, to be read: the file itself, or a copy. The caller disposes it.</summary>
    /// <exception cref="ArchivedFileException">It is in an archive.</exception>
    Task<LocalFile> OpenLocalAsync(string location, CancellationToken cancellation);

    /// <summary>Asks for a copy, for a time, of a file that is in an archive. False where it can be read as it is; true where it can be read only later, in minutes to hours.</summary>
    Task<bool> RecallAsync(string location, TimeSpan stay, CancellationToken cancellation) => Task.FromResult(false);

    /// <summary>A new file of the local disk, to be written and then given to <see cref="PublishAsync"/>. The caller disposes it.</summary>
    Task<LocalFile> CreateLocalAsync(string location, CancellationToken cancellation);

    /// <summary>Makes a file of <see cref="CreateLocalAsync"/> durable at its location. Its size in bytes.</summary>
    Task<long> PublishAsync(LocalFile file, CancellationToken cancellation);

    /// <summary>Makes a file of <see cref="CreateLocalAsync"/> durable at another location than it was begun for, in one step for readers. Where there is a file already, that one may stay. The local file goes.</summary>
    async Task PublishAsAsync(LocalFile file, string location, CancellationToken cancellation)
    {
        await TryCreateAsync(location, await File.ReadAllBytesAsync(file.Path, cancellation), cancellation);
        File.Delete(file.Path);
    }
}
