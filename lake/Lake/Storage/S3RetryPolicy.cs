using System.Net;
using Amazon.Runtime;

namespace Lake.Storage;

/// <summary>What a failed request to S3 means, and how long to wait before it is tried again: doubled with each try, and spread. Pure.</summary>
internal sealed class S3RetryPolicy(int retries, TimeSpan minWait, TimeSpan maxWait)
{
    public static S3Failure Kind(Exception failure)
    {
        if (failure is not AmazonServiceException service) return S3Failure.Passing;
        if (service.InnerException is OperationCanceledException or HttpRequestException or IOException && service.StatusCode == 0) return S3Failure.Passing;
        return service.StatusCode switch
        {
            HttpStatusCode.NotFound => S3Failure.Missing,
            HttpStatusCode.PreconditionFailed => S3Failure.Refused,
            // Another conditional write of the same object is going on.
            HttpStatusCode.Conflict when service.ErrorCode == "ConditionalRequestConflict" => S3Failure.Passing,
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => S3Failure.Passing,
            // Also within an answer of 200: S3 begins it before it is done with what takes long.
            _ => service.ErrorCode is "RequestTimeout" or "SlowDown" or "RequestTimeTooSkewed" or "InternalError" or "ServiceUnavailable" ? S3Failure.Passing : S3Failure.Lasting,
        };
    }

    /// <summary>The wait before the next try; null where there is none.</summary>
    /// <param name="kind">Of the failure.</param>
    /// <param name="tries">Tries so far, 1 or more.</param>
    /// <param name="spread">A number from 0 to 1, drawn anew for each wait.</param>
    public TimeSpan? Next(S3Failure kind, int tries, double spread)
    {
        if (kind != S3Failure.Passing || tries > retries) return null;
        var longest = Math.Min(minWait.TotalMilliseconds * Math.Pow(2, tries - 1), maxWait.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (spread / 2)));
    }
}
