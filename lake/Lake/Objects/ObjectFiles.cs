using System.Security.Cryptography;
using Lake.Storage;

namespace Lake.Objects;

/// <summary>Files of objects: each under its hash, in two levels of folders. A file is there as a whole or not at all. Thread-safe.</summary>
/// <param name="storage">Where.</param>
/// <param name="location">The folder.</param>
internal sealed class ObjectFiles(ITableStorage storage, string location)
{
    private const string Incoming = ".incoming";

    public string Of(ObjectHash hash)
    {
        var name = hash.ToString();
        return $"{location}/{name[..2]}/{name[2..4]}/{name}";
    }

    /// <summary>Writes what a stream has, under its hash; a file that is there is written anew, so that it is young again. Its hash, bytes and first bytes.</summary>
    public async Task<(ObjectHash Hash, long Size, byte[] Head)> PutAsync(Stream content, CancellationToken cancellation)
    {
        using var file = await storage.CreateLocalAsync($"{location}/{Incoming}/{Guid.NewGuid():N}", cancellation);
        try
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var (size, head) = (0L, new List<byte>());
            await using (var target = new FileStream(file.Path, FileMode.Create, FileAccess.Write, FileShare.None, 1))
            {
                var buffer = new byte[1 << 20];
                int read;
                while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
                {
                    sha.AppendData(buffer, 0, read);
                    if (head.Count < ObjectType.HeadBytes) head.AddRange(buffer.AsSpan(0, Math.Min(read, ObjectType.HeadBytes - head.Count)));
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
                    size += read;
                }
            }
            var hash = ObjectHash.Of(sha.GetHashAndReset());
            await storage.PublishAsAsync(file, Of(hash), cancellation);
            return (hash, size, [.. head]);
        }
        finally
        {
            File.Delete(file.Path);
        }
    }

    /// <summary>The content, once its bytes were seen to have the hash.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="LakeFormatException">The bytes are others: the disk or someone changed them.</exception>
    public async Task<Stream> OpenAsync(ObjectHash hash, CancellationToken cancellation)
    {
        var file = await storage.OpenLocalAsync(Of(hash), cancellation);
        var stream = new ObjectStream(file);
        try
        {
            var found = await ObjectHash.OfAsync(stream, cancellation);
            if (found != hash) throw new LakeFormatException($"{file.Location} has the hash {found}; its bytes were changed since it was put");
            stream.Position = 0;
            return stream;
        }
        catch (Exception)
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public Task<bool> ExistsAsync(ObjectHash hash, CancellationToken cancellation) => storage.ExistsAsync(Of(hash), cancellation);

    /// <summary>Deletes files older than a time that are none of the objects that are known, and what puts left that were cut off.</summary>
    public async Task<(long Files, long Bytes)> CleanAsync(IReadOnlySet<ObjectHash> known, DateTimeOffset olderThan, CancellationToken cancellation)
    {
        var (files, bytes) = (0L, 0L);
        var seen = new List<StoredFile>();
        await foreach (var file in storage.ListAsync(location, cancellation)) seen.Add(file);
        foreach (var file in seen)
        {
            var name = file.Location[(file.Location.LastIndexOf('/') + 1)..];
            var isObject = ObjectHash.TryParse(name, out var hash) && file.Location == Of(hash);
            var isLeft = file.Location.StartsWith($"{location}/{Incoming}/", StringComparison.Ordinal);
            if (file.ModifiedAt >= olderThan || !(isObject ? !known.Contains(hash) : isLeft)) continue;
            // One that was put again meanwhile is young.
            if (await storage.FindAsync(file.Location, cancellation) is not { } now || now.ModifiedAt >= olderThan) continue;
            await storage.DeleteAsync(file.Location, cancellation);
            (files, bytes) = (files + 1, bytes + file.Length);
        }
        return (files, bytes);
    }

    // A copy of a remote file goes with its stream.
    private sealed class ObjectStream(LocalFile file) : FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16)
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing) file.Dispose();
        }
    }
}
