using Amazon.Runtime;
using Amazon.S3;

namespace Lake.Storage;

/// <summary>Makes requests to S3: a time limit for each try, tries again as <see cref="S3RetryPolicy"/> says, failures told with their location. Thread-safe; owns the client.</summary>
internal sealed class S3Calls : IDisposable
{
    private readonly AmazonS3Client _client;
    private readonly S3RetryPolicy _policy;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;

    public S3Calls(S3Options options, TimeProvider clock)
    {
        _policy = new S3RetryPolicy(options.Retries, options.MinWait, options.MaxWait);
        (_timeout, _clock) = (options.RequestTimeout, clock);
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            // Tries and time limits are ours, as they must take the body in as well.
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            // Servers other than Amazon's refuse checksums in trailers.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceUrl is { } url) (config.ServiceURL, config.AuthenticationRegion) = (url, options.Region);
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        _client = options switch
        {
            { AccessKey: { } key, SecretKey: { } secret, SessionToken: { } token } => new AmazonS3Client(new SessionAWSCredentials(key, secret, token), config),
            { AccessKey: { } key, SecretKey: { } secret } => new AmazonS3Client(new BasicAWSCredentials(key, secret), config),
            _ => new AmazonS3Client(config),
        };
    }

    /// <summary>Makes a request until it is answered, refused, or was tried often enough.</summary>
    /// <param name="location">What it is about.</param>
    /// <param name="done">What cannot be done to it when it fails: <c>read</c>.</param>
    /// <param name="request">One try.</param>
    /// <param name="cancellation">Ends tries and waits.</param>
    /// <exception cref="FileNotFoundException">There is no such object or bucket.</exception>
    /// <exception cref="IOException">S3 refused, or failed at every try.</exception>
    public async Task<T> RunAsync<T>(string location, string done, Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            TimeSpan wait;
            using (var limit = new CancellationTokenSource(_timeout, _clock))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation))
            {
                try
                {
                    return await request(_client, either.Token);
                }
                catch (Exception e) when (IsFault(e) && !cancellation.IsCancellationRequested)
                {
                    var kind = S3RetryPolicy.Kind(e);
                    wait = _policy.Next(kind, tries, Random.Shared.NextDouble()) ?? throw Failed(location, done, e, kind, tries);
                }
            }
            await Task.Delay(wait, _clock, cancellation);
        }
    }

    public void Dispose() => _client.Dispose();

    // A full staging disk is an IOException too, and no fault of S3.
    private static bool IsFault(Exception e) => e is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException or EndOfStreamException
        || (e is IOException && e.InnerException is System.Net.Sockets.SocketException or HttpRequestException)
        || e is HttpIOException;

    private IOException Failed(string location, string done, Exception e, S3Failure kind, int tries) => kind switch
    {
        S3Failure.Missing when e is not AmazonS3Exception { ErrorCode: "NoSuchBucket" } => new FileNotFoundException($"there is no file {location}", location, e),
        S3Failure.Refused => new S3RefusedException($"{location} is there already", e),
        _ => new IOException($"{location} cannot be {done}: {Reason(e)}{(tries > 1 ? $"; tried {tries} times" : "")}", e),
    };

    private string Reason(Exception e) => e switch
    {
        OperationCanceledException => $"S3 did not answer within {_timeout.TotalSeconds:0.###} s",
        AmazonServiceException { StatusCode: 0 } unreached => $"S3 cannot be reached: {unreached.InnerException?.Message ?? unreached.Message}",
        AmazonServiceException answered => $"S3 answered {(int)answered.StatusCode} {answered.ErrorCode}: {answered.Message}",
        _ => e.Message,
    };
}
