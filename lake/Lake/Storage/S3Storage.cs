using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Lake.Storage;

/// <summary>
/// Tables on S3 or a server that speaks its protocol. Data files are read and written by way of a local staging folder. Thread-safe; disposing it deletes what is staged.
/// </summary>
public sealed class S3Storage : ITableStorage, IDisposable
{
    /// <summary>Objects of one request to delete: S3's own limit.</summary>
    private const int MaxDeleted = 1000;

    private readonly S3Calls _calls;
    private readonly S3ConditionalWrites _conditional;
    private readonly S3Upload _upload;
    private readonly S3Download _download;
    private readonly S3Archive _archive;
    private readonly StagingFolder _staging;

    /// <param name="options">Where and how; copied here.</param>
    /// <param name="clock">Measures time limits and waits; the system's where it is null.</param>
    /// <exception cref="ArgumentException">A setting is wrong.</exception>
    public S3Storage(S3Options options, TimeProvider? clock = null)
    {
        if (S3OptionsValidator.Check(options) is { Count: > 0 } errors) throw new ArgumentException(string.Join("; ", errors), nameof(options));
        _calls = new S3Calls(options, clock ?? TimeProvider.System);
        _conditional = new S3ConditionalWrites(_calls, this);
        _upload = new S3Upload(_calls, options);
        _archive = new S3Archive(_calls, options);
        _staging = new StagingFolder(options.StagingFolder, options.StagingBytes);
        _download = new S3Download(_calls, _staging, options);
    }

    public Task<byte[]> ReadAsync(string location, CancellationToken cancellation) => _archive.ReadAsync(location, () => _download.BytesAsync(location, cancellation), cancellation);

    public Task WriteAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        return _calls.RunAsync(location, S3Operation.Write, (s3, c) => s3.PutObjectAsync(
            new PutObjectRequest { BucketName = at.Bucket, Key = at.Key, InputStream = new MemoryStream(bytes.ToArray(), writable: false), UseChunkEncoding = false }, c), cancellation);
    }

    /// <inheritdoc/>
    /// <exception cref="Catalog.CatalogException">The bucket's server replaces objects whatever is asked; the message says what to use.</exception>
    public Task<bool> TryCreateAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => _conditional.TryCreateAsync(location, bytes, cancellation);

    // Objects are replaced in one step.
    public Task ReplaceAsync(string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => WriteAsync(location, bytes, cancellation);

    public async Task<bool> ExistsAsync(string location, CancellationToken cancellation) => await FindAsync(location, cancellation) is not null;

    public async Task<StoredFile?> FindAsync(string location, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        try
        {
            var found = await _calls.RunAsync(location, S3Operation.Find, (s3, c) => s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = at.Bucket, Key = at.Key }, c), cancellation);
            return new StoredFile(location, found.ContentLength, new DateTimeOffset(found.LastModified?.ToUniversalTime() ?? DateTime.UnixEpoch, TimeSpan.Zero));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public async Task DeleteAsync(string location, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        try
        {
            await _calls.RunAsync(location, S3Operation.Delete, (s3, c) => s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = at.Bucket, Key = at.Key }, c), cancellation);
        }
        catch (FileNotFoundException)
        {
            // As some servers answer, where S3 says that it is done.
        }
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancellation)
    {
        if (locations.Count == 1)
        {
            await DeleteAsync(locations.First(), cancellation);
            return;
        }
        foreach (var bucket in locations.GroupBy(l => S3Location.Parse(l).Bucket))
        {
            foreach (var some in bucket.Chunk(MaxDeleted)) await DeleteAsync(bucket.Key, some, cancellation);
        }
    }

    public async IAsyncEnumerable<StoredFile> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var at = S3Location.Parse(folder.TrimEnd('/') + "/");
        string? next = null;
        do
        {
            var request = new ListObjectsV2Request { BucketName = at.Bucket, Prefix = at.Key, ContinuationToken = next };
            var page = await _calls.RunAsync(folder, S3Operation.List, (s3, c) => s3.ListObjectsV2Async(request, c), cancellation);
            foreach (var file in page.S3Objects ?? [])
            {
                yield return new StoredFile(at.Sibling(file.Key), file.Size ?? 0, new DateTimeOffset(file.LastModified?.ToUniversalTime() ?? DateTime.UnixEpoch, TimeSpan.Zero));
            }
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    public async Task<LocalFile> OpenLocalAsync(string location, CancellationToken cancellation) =>
        new(location, await _archive.ReadAsync(location, () => _download.FileAsync(location, cancellation), cancellation), isCopy: true);

    public Task<bool> RecallAsync(string location, TimeSpan stay, CancellationToken cancellation) => _archive.RecallAsync(location, stay, cancellation);

    public Task<LocalFile> CreateLocalAsync(string location, CancellationToken cancellation)
    {
        S3Location.Parse(location);
        return Task.FromResult(new LocalFile(location, _staging.Reserve(location, 0), isCopy: true));
    }

    public Task<long> PublishAsync(LocalFile file, CancellationToken cancellation) => _upload.RunAsync(file.Location, file.Path, cancellation);

    public Task PublishAsAsync(LocalFile file, string location, CancellationToken cancellation) => _upload.RunAsync(location, file.Path, cancellation);

    public void Dispose()
    {
        _calls.Dispose();
        _staging.Dispose();
    }

    private Task DeleteAsync(string bucket, IReadOnlyList<string> locations, CancellationToken cancellation)
    {
        var keys = locations.Select(l => new KeyVersion { Key = S3Location.Parse(l).Key }).ToList();
        var name = $"{locations[0]}, with {locations.Count - 1} others,";
        return _calls.RunAsync(name, S3Operation.Delete, async (s3, c) =>
        {
            var request = new DeleteObjectsRequest { BucketName = bucket, Objects = keys, Quiet = true };
            try
            {
                return await s3.DeleteObjectsAsync(request, c);
            }
            catch (DeleteObjectsException e) when (e.Response?.DeleteErrors is { Count: > 0 } errors)
            {
                return errors.Find(r => r.Code != "NoSuchKey") is { } error ? throw Refused(error) : e.Response;
            }
        }, cancellation);
    }

    // An answer has a code for each object and none of HTTP: that of the same failure of a single one decides whether all are asked for again.
    private static AmazonS3Exception Refused(DeleteError error) => new($"{error.Message} ({error.Key})")
    {
        ErrorCode = error.Code,
        StatusCode = error.Code switch
        {
            "InternalError" => HttpStatusCode.InternalServerError,
            "SlowDown" or "ServiceUnavailable" => HttpStatusCode.ServiceUnavailable,
            "AccessDenied" => HttpStatusCode.Forbidden,
            _ => HttpStatusCode.BadRequest,
        },
    };
}
