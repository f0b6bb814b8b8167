using System.Collections.Concurrent;
using Amazon.S3.Model;
using Lake.Catalog;

namespace Lake.Storage;

/// <summary>
/// Creates objects unless they are there, where the server heeds <c>If-None-Match</c>. Not all do: each bucket is asked once, by creating a small object twice. Thread-safe.
/// </summary>
internal sealed class S3ConditionalWrites(S3Calls calls, ITableStorage storage)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _heeded = new(StringComparer.Ordinal);

    /// <summary>Whether the object is now ours.</summary>
    /// <exception cref="CatalogException">The bucket's server replaces objects whatever is asked.</exception>
    public async Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (!await IsHeededAsync(location, cancellation))
        {
            throw new CatalogException($"{location} cannot be created: the server of bucket {S3Location.Parse(location).Bucket} replaces objects although it is asked not to (If-None-Match), so commits could undo each other; use the SQL catalog for tables in it");
        }
        try
        {
            await PutAsync(location, bytes, cancellation);
            return true;
        }
        catch (S3RefusedException)
        {
            // A try whose answer was lost may have been the one that created it.
            return await IsOursAsync(location, bytes, cancellation);
        }
    }

    private async Task<bool> IsHeededAsync(string location, CancellationToken cancellation)
    {
        var bucket = S3Location.Parse(location).Bucket;
        var known = _heeded.GetOrAdd(bucket, _ => new Lazy<Task<bool>>(() => ProbeAsync(location)));
        try
        {
            return await known.Value.WaitAsync(cancellation);
        }
        catch (IOException)
        {
            // No answer is no answer: the next one asks again.
            _heeded.TryRemove(KeyValuePair.Create(bucket, known));
            throw;
        }
    }

    private async Task<bool> ProbeAsync(string location)
    {
        var at = S3Location.Parse(location);
        var probe = at.Sibling($"{at.Key[..(at.Key.LastIndexOf('/') + 1)]}.lake-probe-{Guid.NewGuid():N}");
        try
        {
            try
            {
                await PutAsync(probe, new byte[] { 1 }, CancellationToken.None);
                await PutAsync(probe, new byte[] { 2 }, CancellationToken.None);
                return false;
            }
            catch (S3RefusedException)
            {
                // Also where the first one was tried again after a lost answer.
                return true;
            }
        }
        finally
        {
            await UnusedFiles.DeleteAsync(storage, [probe]);
        }
    }

    private Task PutAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        return calls.RunAsync(location, S3Operation.Create, (s3, c) => s3.PutObjectAsync(
            new PutObjectRequest { BucketName = at.Bucket, Key = at.Key, InputStream = new MemoryStream(bytes.ToArray(), writable: false), UseChunkEncoding = false, IfNoneMatch = "*" }, c), cancellation);
    }

    private async Task<bool> IsOursAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        (await storage.ReadAsync(location, cancellation)).AsSpan().SequenceEqual(bytes.Span);
}
