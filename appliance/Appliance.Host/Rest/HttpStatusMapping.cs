using Appliance.Inference;

namespace Appliance.Host.Rest;

/// <summary>The one place where an outcome becomes an HTTP status.</summary>
internal static class HttpStatusMapping
{
    public static int ToHttp(this ScoreStatus status) => status switch
    {
        ScoreStatus.Ok => StatusCodes.Status200OK,
        ScoreStatus.InvalidArgument => StatusCodes.Status400BadRequest,
        ScoreStatus.NotFound => StatusCodes.Status404NotFound,
        ScoreStatus.ModelUnavailable => StatusCodes.Status503ServiceUnavailable,
        ScoreStatus.Overloaded => StatusCodes.Status503ServiceUnavailable,
        ScoreStatus.QueueTimeout => StatusCodes.Status503ServiceUnavailable,
        ScoreStatus.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        ScoreStatus.Cancelled => StatusCodes.Status499ClientClosedRequest,
        ScoreStatus.Faulted => StatusCodes.Status500InternalServerError,
        ScoreStatus.Unsupported => StatusCodes.Status501NotImplemented,
        ScoreStatus.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ScoreStatus.Shed => StatusCodes.Status429TooManyRequests,
        ScoreStatus.OverShare => StatusCodes.Status503ServiceUnavailable,
        ScoreStatus.FeaturesUnavailable => StatusCodes.Status409Conflict,
        ScoreStatus.NotAllowed => StatusCodes.Status403Forbidden,
        ScoreStatus.StandingQueue => StatusCodes.Status429TooManyRequests,
        ScoreStatus.RateLimited => StatusCodes.Status429TooManyRequests,
        ScoreStatus.UnknownCoding => StatusCodes.Status415UnsupportedMediaType,
        _ => throw new System.Diagnostics.UnreachableException($"status {status}"),
    };

    /// <summary>What a caller is told when the outcome brought no sentence of its own.</summary>
    public static string DefaultMessage(this ScoreStatus status) => status switch
    {
        ScoreStatus.DeadlineExceeded => "Request deadline passed before the request ran",
        ScoreStatus.Cancelled => "Request was cancelled by the caller",
        _ => status.ToString(),
    };
}
