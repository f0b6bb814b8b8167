using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lake.Storage;

/// <summary>Tables on local disks (or what is mounted as such). Thread-safe, stateless.</summary>
public sealed partial class LocalStorage : ITableStorage
{
    private const string Scheme = "file://";

    /// <summary>EEXIST of Linux.</summary>
    private const int FileExists = 17;

    /// <summary>The path of a location: itself, or what follows <c>file://</c> and, as Hadoop writes it, <c>file:</c>.</summary>
    /// <exception cref="LakeRequestException">It is no absolute path.</exception>
    public static string PathOf(string location)
    {
        var path = location.StartsWith(Scheme, StringComparison.Ordinal) ? location[Scheme.Length..]
            : location.StartsWith("file:/", StringComparison.Ordinal) ? location["file:".Length..]
            : location;
        return Path.IsPathRooted(path) ? path : throw new LakeRequestException($"location is '{location}'; it must be an absolute path or file:// with one");
    }

    public async Task<byte[]> ReadAsync(string location, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(location), cancellation);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"there is no file {location}", location, e);
        }
    }

    public Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var path = PathOf(location);
        try
        {
            CreateFolder(path);
            using (var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, bytes.Span, 0);
                RandomAccess.FlushToDisk(file);
            }
            SyncFolder(path);
            return Task.CompletedTask;
        }
        catch (IOException e)
        {
            throw DiskFaults.Named(location, e);
        }
    }

    public async Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var path = PathOf(location);
        CreateFolder(path);
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await WriteAsync(temporary, bytes, cancellation);
            // A link is made whole or not at all, and never over a file that is there; a rename would replace it.
            if (Link(temporary, path) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                return error == FileExists ? false : throw new IOException($"{location} cannot be created: {Marshal.GetPInvokeErrorMessage(error)}");
            }
            SyncFolder(path);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public async Task ReplaceAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var path = PathOf(location);
        CreateFolder(path);
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await WriteAsync(temporary, bytes, cancellation);
            File.Move(temporary, path, overwrite: true);
            SyncFolder(path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public Task<bool> ExistsAsync(string location, CancellationToken cancellation) => Task.FromResult(File.Exists(PathOf(location)));

    public Task<StoredFile?> FindAsync(string location, CancellationToken cancellation)
    {
        var file = new FileInfo(PathOf(location));
        return Task.FromResult<StoredFile?>(file.Exists && TryStat(file, out var length) ? new StoredFile(location, length, file.LastWriteTimeUtc) : null);
    }

    public Task DeleteAsync(string location, CancellationToken cancellation)
    {
        var path = PathOf(location);
        if (File.Exists(path)) File.Delete(path);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        var root = PathOf(folder).TrimEnd('/');
        var asked = folder.TrimEnd('/');
        if (!Directory.Exists(root)) yield break;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryStat(file, out var length)) yield return new StoredFile(asked + file.FullName[root.Length..], length, file.LastWriteTimeUtc);
        }
    }

    // Writers' temporary files come and go while a folder is listed.
    private static bool TryStat(FileInfo file, out long length)
    {
        length = 0;
        try
        {
            length = file.Length;
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    public Task<LocalFile> OpenLocalAsync(string location, CancellationToken cancellation)
    {
        var path = PathOf(location);
        return File.Exists(path) ? Task.FromResult(new LocalFile(location, path, isCopy: false)) : throw new FileNotFoundException($"there is no file {location}", location);
    }

    public Task<LocalFile> CreateLocalAsync(string location, CancellationToken cancellation)
    {
        var path = PathOf(location);
        CreateFolder(path);
        return Task.FromResult(new LocalFile(location, path, isCopy: false));
    }

    public Task<long> PublishAsync(LocalFile file, CancellationToken cancellation)
    {
        try
        {
            using var handle = File.OpenHandle(file.Path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
            SyncFolder(file.Path);
            return Task.FromResult(RandomAccess.GetLength(handle));
        }
        catch (IOException e)
        {
            throw DiskFaults.Named(file.Location, e);
        }
    }

    public async Task PublishAsAsync(LocalFile file, string location, CancellationToken cancellation)
    {
        var path = PathOf(location);
        try
        {
            await PublishAsync(file, cancellation);
            CreateFolder(path);
            File.Move(file.Path, path, overwrite: true);
            SyncFolder(path);
        }
        catch (IOException e)
        {
            throw DiskFaults.Named(location, e);
        }
    }

    private static void CreateFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (Directory.Exists(folder)) return;
        CreateFolder(folder);
        Directory.CreateDirectory(folder);
        SyncFolder(folder);
    }

    // The name of a new file is durable when its folder is on the disk.
    private static void SyncFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var descriptor = Open(folder, 0);
        if (descriptor < 0) throw new IOException($"{folder} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (FSync(descriptor) != 0) throw new IOException($"{folder} cannot be written to disk: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
