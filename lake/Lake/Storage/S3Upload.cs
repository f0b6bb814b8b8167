using System.Collections.Concurrent;
using Amazon.S3;
using Amazon.S3.Model;

namespace Lake.Storage;

/// <summary>Brings a local file to S3, a large one in parts that go at once. Stateless.</summary>
internal sealed class S3Upload(S3Calls calls, S3Options options)
{
    /// <summary>S3's own limit.</summary>
    private const int MaxParts = 10_000;

    /// <summary>Time to clear away an upload that failed at most. 10 s: as for files that are no one's.</summary>
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(10);

    public async Task<long> RunAsync(string location, string path, CancellationToken cancellation)
    {
        var length = new FileInfo(path).Length;
        var to = S3Location.Parse(location);
        if (length <= options.PartBytes)
        {
            // The SDK's chunks carry signatures that other servers take for content.
            await calls.RunAsync(location, S3Operation.Write, (s3, c) => s3.PutObjectAsync(new PutObjectRequest { BucketName = to.Bucket, Key = to.Key, FilePath = path, UseChunkEncoding = false }, c), cancellation);
            return length;
        }
        var begun = await calls.RunAsync(location, S3Operation.Write, (s3, c) => s3.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = to.Bucket, Key = to.Key }, c), cancellation);
        try
        {
            await UploadPartsAsync(location, path, length, begun.UploadId, cancellation);
            return length;
        }
        catch
        {
            await AbortAsync(location, begun.UploadId);
            throw;
        }
    }

    private async Task UploadPartsAsync(string location, string path, long length, string upload, CancellationToken cancellation)
    {
        var to = S3Location.Parse(location);
        var size = Math.Max(options.PartBytes, (length + MaxParts - 1) / MaxParts);
        var parts = new ConcurrentBag<PartETag>();
        var numbers = Enumerable.Range(0, (int)((length + size - 1) / size));
        await Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = options.ParallelParts, CancellationToken = cancellation }, async (number, stop) =>
        {
            var part = await calls.RunAsync(location, S3Operation.Write, (s3, c) => s3.UploadPartAsync(new UploadPartRequest
            {
                BucketName = to.Bucket,
                Key = to.Key,
                UploadId = upload,
                PartNumber = number + 1,
                FilePath = path,
                FilePosition = number * size,
                PartSize = Math.Min(size, length - (number * size)),
                UseChunkEncoding = false,
            }, c), stop);
            parts.Add(new PartETag(number + 1, part.ETag));
        });
        await EndAsync(location, length, upload, [.. parts.OrderBy(p => p.PartNumber)], cancellation);
    }

    private Task EndAsync(string location, long length, string upload, List<PartETag> parts, CancellationToken cancellation)
    {
        var to = S3Location.Parse(location);
        return calls.RunAsync(location, S3Operation.Write, async (s3, c) =>
        {
            try
            {
                await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = to.Bucket, Key = to.Key, UploadId = upload, PartETags = parts }, c);
            }
            catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchUpload")
            {
                // A try whose answer was lost has ended it: names are written once, so that what is there is ours.
                if ((await s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = to.Bucket, Key = to.Key }, c)).ContentLength != length) throw;
            }
            return true;
        }, cancellation);
    }

    // What stays of an upload that was not ended is paid for until the bucket's rule for such clears it.
    private async Task AbortAsync(string location, string upload)
    {
        var to = S3Location.Parse(location);
        using var limit = new CancellationTokenSource(AbortLimit);
        try
        {
            await calls.RunAsync(location, S3Operation.Delete, (s3, c) => s3.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = to.Bucket, Key = to.Key, UploadId = upload }, c), limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
        }
    }
}
