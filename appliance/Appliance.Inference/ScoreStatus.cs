namespace Appliance.Inference;

/// <summary>How a request ended. Mapped to a gRPC status and to an HTTP status in one place each.</summary>
public enum ScoreStatus : byte
{
    Ok = 0,

    /// <summary>The request itself is at fault: unknown tensor, wrong datatype, shape or size.</summary>
    InvalidArgument,

    /// <summary>No model or version of that name is known.</summary>
    NotFound,

    /// <summary>The model is known and no version of it can take requests now.</summary>
    ModelUnavailable,

    /// <summary>The queue or the whole appliance is full.</summary>
    Overloaded,

    /// <summary>The server-side queue timeout passed before the request ran.</summary>
    QueueTimeout,

    /// <summary>The caller's deadline passed before the request ran.</summary>
    DeadlineExceeded,

    /// <summary>The caller hung up.</summary>
    Cancelled,

    /// <summary>The runtime failed on this input.</summary>
    Faulted,

    /// <summary>The protocol allows it; this appliance does not do it.</summary>
    Unsupported,

    /// <summary>The request is larger than a request may be.</summary>
    TooLarge,

    /// <summary>The request leaves features to the store, and the model's feature service cannot be read now.</summary>
    FeaturesUnavailable,

    /// <summary>Refused at once, since the caller's deadline would pass before an answer; <c>BatchEntry.RetryAfterMs</c> says when to try again.</summary>
    Shed,

    /// <summary>The appliance is nearly full, and the model holds more than its share: the places that are left are for others.</summary>
    OverShare,

    /// <summary>The caller may not use the model.</summary>
    NotAllowed,

    /// <summary>The caller makes more requests than it may.</summary>
    RateLimited,

    /// <summary>The request is packed in a way that is not known here.</summary>
    UnknownCoding,

    /// <summary>Refused at once, since more requests come than the model answers; <c>BatchEntry.RetryAfterMs</c> says when what waits now is done.</summary>
    StandingQueue,
}
