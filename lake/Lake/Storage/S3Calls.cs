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
    /// <param name="operation">What the request is for.</param>
    /// <param name="request">One try.</param>
    /// <param name="cancellation">Ends tries and waits.</param>
    /// <exception cref="FileNotFoundException">There is no such object to read, find or delete.</exception>
    /// <exception cref="ArchivedFileException">The object is archived.</exception>
    /// <exception cref="IOException">S3 refused, or failed at every try.</exception>
    public async Task<T> RunAsync<T>(string location, S3Operation operation, Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellation)
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
                    wait = _policy.Next(kind, tries, Random.Shared.NextDouble()) ?? throw Failed(location, operation, e, kind, tries);
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

    private IOException Failed(string location, S3Operation operation, Exception e, S3Failure kind, int tries) => kind switch
    {
        // Of a bucket or an upload that is not there, and of what is written, it is another failure.
        S3Failure.Missing when operation is S3Operation.Read or S3Operation.Find or S3Operation.Delete && e is not AmazonS3Exception { ErrorCode: "NoSuchBucket" } => new FileNotFoundException($"there is no file {location}", location, e),
        S3Failure.Refused => new S3RefusedException($"{location} is there already", e),
        S3Failure.Lasting when e is AmazonServiceException { ErrorCode: S3Messages.Archived } => new ArchivedFileException(S3Messages.Of(location, operation, e, tries, _timeout), location, e),
        _ => new IOException(S3Messages.Of(location, operation, e, tries, _timeout), e),
    };
}
