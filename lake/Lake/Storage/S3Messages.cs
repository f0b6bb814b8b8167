using System.Net;
using Amazon.Runtime;

namespace Lake.Storage;

/// <summary>Says what a request to S3 failed at, and what to do about it. Pure; no message has credentials.</summary>
internal static class S3Messages
{
    /// <summary>S3's code for an object of a storage class that is not read at once.</summary>
    public const string Archived = "InvalidObjectState";

    /// <summary>The failure as one sentence: the object, what cannot be done to it, why, and what to do.</summary>
    /// <param name="location">What the request was about.</param>
    /// <param name="operation">What it was for.</param>
    /// <param name="failure">How the last try failed.</param>
    /// <param name="tries">How often it was tried.</param>
    /// <param name="timeout">The time limit of a try.</param>
    public static string Of(string location, S3Operation operation, Exception failure, int tries, TimeSpan timeout) =>
        $"{location} cannot be {Done(operation)}: {Reason(failure, timeout)}{(tries > 1 ? $"; tried {tries} times" : "")}; {Advice(operation, failure)}";

    private static string Done(S3Operation operation) => operation switch
    {
        S3Operation.Read => "read",
        S3Operation.Find => "looked for",
        S3Operation.List => "listed",
        S3Operation.Write => "written",
        S3Operation.Create => "created",
        S3Operation.Restore => "restored from its archive",
        _ => "deleted",
    };

    private static string Reason(Exception failure, TimeSpan timeout) => failure switch
    {
        OperationCanceledException => FormattableString.Invariant($"S3 did not answer within {timeout.TotalSeconds:0.###} s"),
        AmazonServiceException { StatusCode: 0 } unreached => $"S3 cannot be reached: {unreached.InnerException?.Message ?? unreached.Message}",
        AmazonServiceException answered => FormattableString.Invariant($"S3 answered {(int)answered.StatusCode} {answered.ErrorCode}: {answered.Message}"),
        _ => failure.Message,
    };

    private static string Advice(S3Operation operation, Exception failure) => failure switch
    {
        OperationCanceledException => "see that server and network are well, or raise S3:RequestTimeout",
        AmazonServiceException { StatusCode: 0 } => "see that S3:ServiceUrl is right, and that server and network are well",
        AmazonServiceException { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" } => "set S3:AccessKey and S3:SecretKey, or what the SDK finds without them, to credentials that are valid",
        AmazonServiceException { ErrorCode: Archived } => "it is archived: have it restored by lake restore TABLE --where SQL --for 7d, or by whatever reads it with S3:RestoreOnRead, and read it again when S3 has made a copy, in minutes to hours",
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => $"give the credentials the right {Right(operation)} to it, or set others",
        AmazonServiceException { ErrorCode: "NoSuchBucket" } => "make the bucket, or name another",
        AmazonClientException when failure is not AmazonServiceException && failure.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) => "set S3:AccessKey and S3:SecretKey, or what the SDK looks for without them",
        _ when S3RetryPolicy.Kind(failure) == S3Failure.Passing => "do it again later, or raise S3:Retries",
        _ => "the server's own log may say more",
    };

    // Without the right to list, S3 answers as if it were forbidden to look for what is not there.
    private static string Right(S3Operation operation) => operation switch
    {
        S3Operation.Read => "s3:GetObject",
        S3Operation.Find => "s3:GetObject and s3:ListBucket",
        S3Operation.List => "s3:ListBucket",
        S3Operation.Delete => "s3:DeleteObject",
        S3Operation.Restore => "s3:RestoreObject",
        _ => "s3:PutObject",
    };
}
