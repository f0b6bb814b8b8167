namespace Lake.Storage;

/// <summary>
/// Local copies of files of a remote storage while they are read or written, in a folder of this process's own that goes with it; those of processes that died are cleared away at
/// the next start. Thread-safe.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private const string LockName = ".lock";

    /// <summary>Folders that are tried at most; each failure but those of the disk takes another that starts in the same moment.</summary>
    private const int MaxClaims = 10;

    private readonly string _folder;
    private readonly long _limit;
    private readonly FileStream _lock;

    // Guards _reserved.
    private readonly Lock _gate = new();

    // Bytes that files are going to have, by path. One whose file is gone is room again.
    private readonly Dictionary<string, long> _reserved = [];

    /// <param name="root">Where such folders are.</param>
    /// <param name="limit">Bytes of this process's files at most.</param>
    public StagingFolder(string root, long limit)
    {
        _limit = limit;
        Directory.CreateDirectory(root);
        foreach (var old in Directory.EnumerateDirectories(root)) ClearOld(old);
        (_folder, _lock) = Claim(root);
    }

    /// <summary>The folder itself.</summary>
    public string Folder => _folder;

    /// <summary>The path of a new, empty file that is going to have so many bytes.</summary>
    /// <exception cref="IOException">There is no room for it.</exception>
    public string Reserve(string location, long bytes)
    {
        lock (_gate)
        {
            foreach (var gone in _reserved.Keys.Where(p => !File.Exists(p)).ToList()) _reserved.Remove(gone);
            var used = _reserved.Sum(r => Math.Max(r.Value, LengthOf(r.Key)));
            if (used + bytes > _limit)
            {
                throw new IOException($"{location} cannot be staged: {used + bytes} bytes would be in {_folder}, and S3:StagingBytes is {_limit}; raise it, or read and write fewer files at once");
            }
            var path = Path.Combine(_folder, Guid.NewGuid().ToString("N") + Path.GetExtension(location));
            File.Create(path).Dispose();
            _reserved[path] = bytes;
            return path;
        }
    }

    public void Dispose()
    {
        // Held until the folder is gone: a process that starts now would clear it away at the same time.
        Directory.Delete(_folder, recursive: true);
        _lock.Dispose();
    }

    // Between the making of the lock's file and its locking, another that starts may take the folder for a dead one's and clear it away.
    private static (string Folder, FileStream Lock) Claim(string root)
    {
        for (var tries = 1; ; tries++)
        {
            var folder = Path.Combine(root, Guid.NewGuid().ToString("N"));
            var name = Path.Combine(folder, LockName);
            Directory.CreateDirectory(folder);
            try
            {
                var held = new FileStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
                if (File.Exists(name)) return (folder, held);
                held.Dispose();
            }
            catch (IOException) when (tries < MaxClaims)
            {
            }
        }
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    // The lock of a living process refuses; one without a lock file was never used or is just being made.
    private static void ClearOld(string folder)
    {
        try
        {
            using (new FileStream(Path.Combine(folder, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
