using System.Buffers;
using System.Globalization;
using Amazon.S3.Model;
using Microsoft.Win32.SafeHandles;

namespace Lake.Storage;

/// <summary>Reads objects of S3. A large one comes in parts, some at once; one that ends early, or is slow, goes on where it stood. Stateless.</summary>
internal sealed class S3Download(S3Calls calls, StagingFolder staging, S3Options options)
{
    /// <summary>Bytes that are copied at once. 80 KiB: the runtime's own for streams.</summary>
    private const int CopyBytes = 81_920;

    /// <summary>All bytes of an object, by one request.</summary>
    public Task<byte[]> BytesAsync(string location, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        return calls.RunAsync(location, S3Operation.Read, async (s3, c) =>
        {
            using var response = await s3.GetObjectAsync(new GetObjectRequest { BucketName = at.Bucket, Key = at.Key }, c);
            var bytes = new byte[response.ContentLength];
            await response.ResponseStream.ReadExactlyAsync(bytes, c);
            return bytes;
        }, cancellation);
    }

    /// <summary>Copies an object to a file of the staging folder. Its path.</summary>
    public async Task<string> FileAsync(string location, CancellationToken cancellation)
    {
        var (path, length, tag) = await BeginAsync(location, cancellation);
        if (length <= options.DownloadPartBytes) return path;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
            var parts = Enumerable.Range(1, (int)((length - 1) / options.DownloadPartBytes)).Select(i => i * options.DownloadPartBytes);
            await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = options.ParallelParts, CancellationToken = cancellation }, async (from, stop) =>
                await PartAsync(location, file, from, Math.Min(length, from + options.DownloadPartBytes), tag, stop));
            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    // The request is for the whole, as how long it is is not known before: of a long one the first part is taken, and the connection is let go.
    private Task<(string Path, long Length, string Tag)> BeginAsync(string location, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        return calls.RunAsync(location, S3Operation.Read, async (s3, c) =>
        {
            using var response = await s3.GetObjectAsync(new GetObjectRequest { BucketName = at.Bucket, Key = at.Key }, c);
            var length = response.ContentLength;
            var path = staging.Reserve(location, length);
            try
            {
                using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
                await CopyAsync(response.ResponseStream, file, 0, Math.Min(length, options.DownloadPartBytes), _ => { }, c);
                // The end of the stream, where the SDK holds the object's hash against it.
                if (length <= options.DownloadPartBytes && await response.ResponseStream.ReadAsync(new byte[1], c) > 0) throw new EndOfStreamException($"S3 sent more than the {length} bytes that it told");
                return (path, length, response.ETag);
            }
            catch
            {
                File.Delete(path);
                throw;
            }
        }, cancellation);
    }

    private async Task PartAsync(string location, SafeFileHandle file, long from, long to, string tag, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        // What a try before this one brought stays.
        var next = from;
        await calls.RunAsync(location, S3Operation.Read, async (s3, c) =>
        {
            using var response = await s3.GetObjectAsync(new GetObjectRequest { BucketName = at.Bucket, Key = at.Key, ByteRange = new ByteRange(next, to - 1) }, c);
            if (response.ETag != tag) throw new IOException($"{location} cannot be read: it was replaced meanwhile; read it again");
            if (response.ContentLength != to - next)
            {
                throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{location} cannot be read: of {to - next} bytes that were asked for S3 sends {response.ContentLength}; where the server does not heed ranges, set S3:DownloadPartBytes above the size of all files"));
            }
            await CopyAsync(response.ResponseStream, file, next, to, now => next = now, c);
            return true;
        }, cancellation);
    }

    // Tells after each piece how far the file is written.
    private static async Task CopyAsync(Stream stream, SafeFileHandle file, long from, long to, Action<long> tell, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            while (from < to)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, to - from)), cancellation);
                if (read == 0) throw new EndOfStreamException($"S3 ended {to - from} bytes early");
                await RandomAccess.WriteAsync(file, buffer.AsMemory(0, read), from, cancellation);
                tell(from += read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
