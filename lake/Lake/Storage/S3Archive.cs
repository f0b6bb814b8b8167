using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Lake.Storage;

/// <summary>Objects of the storage classes that S3 does not read at once: told as such, and asked for. Thread-safe.</summary>
internal sealed class S3Archive(S3Calls calls, S3Options options)
{
    /// <summary>Reads an object; of an archived one a copy is asked for, where the settings say so.</summary>
    /// <exception cref="ArchivedFileException">It is archived.</exception>
    public async Task<T> ReadAsync<T>(string location, Func<Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await read();
        }
        catch (ArchivedFileException e) when (options.RestoreOnRead)
        {
            var stay = TimeSpan.FromDays(options.RestoreDays);
            if (!await RecallAsync(location, stay, cancellation)) return await read();
            throw new ArchivedFileException(Asked(location, stay), location, e);
        }
    }

    /// <summary>Asks for a copy that can be read. False where the object can be read as it is.</summary>
    public async Task<bool> RecallAsync(string location, TimeSpan stay, CancellationToken cancellation)
    {
        var at = S3Location.Parse(location);
        var request = new RestoreObjectRequest { BucketName = at.Bucket, Key = at.Key, Days = Days(stay), RetrievalTier = GlacierJobTier.FindValue(options.RestoreTier) };
        return await calls.RunAsync(location, S3Operation.Restore, async (s3, c) =>
        {
            try
            {
                // 202 where it began; 200 where the copy is there and stays longer now.
                return (await s3.RestoreObjectAsync(request, c)).HttpStatusCode == HttpStatusCode.Accepted;
            }
            catch (AmazonS3Exception e) when (e.ErrorCode == "RestoreAlreadyInProgress")
            {
                return true;
            }
            catch (AmazonS3Exception e) when (e.ErrorCode is "InvalidObjectState" or "ObjectAlreadyInActiveTierError")
            {
                // It is in no archive.
                return false;
            }
        }, cancellation);
    }

    /// <summary>The message of a file that was asked for.</summary>
    public static string Asked(string location, TimeSpan stay) =>
        $"{location} cannot be read yet: it is archived, and S3 has been asked for a copy for {Days(stay)} days; read it again when S3 has made it, in minutes to hours";

    private static int Days(TimeSpan stay) => Math.Max(1, (int)Math.Ceiling(stay.TotalDays));
}
