using Amazon.S3.Model;

namespace Lake.Storage;

/// <summary>Reads objects of S3, whole: one that ends early is tried again. Stateless.</summary>
internal static class S3Download
{
    public static Task<byte[]> BytesAsync(S3Calls calls, string location, CancellationToken cancellation)
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
    public static Task<string> FileAsync(S3Calls calls, StagingFolder staging, string location, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        return calls.RunAsync(location, S3Operation.Read, async (s3, c) =>
        {
            using var response = await s3.GetObjectAsync(new GetObjectRequest { BucketName = at.Bucket, Key = at.Key }, c);
            var path = staging.Reserve(location, response.ContentLength);
            try
            {
                await CopyAsync(response, path, c);
                return path;
            }
            catch
            {
                File.Delete(path);
                throw;
            }
        }, cancellation);
    }

    private static async Task CopyAsync(GetObjectResponse response, string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        await response.ResponseStream.CopyToAsync(file, cancellation);
        if (file.Length != response.ContentLength) throw new EndOfStreamException($"S3 sent {file.Length} of {response.ContentLength} bytes");
    }
}
