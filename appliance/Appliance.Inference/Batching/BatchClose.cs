namespace Appliance.Inference.Batching;

/// <summary>Why a batch was closed and run.</summary>
public enum BatchClose : byte
{
    /// <summary>It held as many rows as the model takes.</summary>
    Full,

    /// <summary>It held a preferred number of rows.</summary>
    Preferred,

    /// <summary>An instance was free, and this was all that was queued.</summary>
    InstanceFree,

    /// <summary>The next request has another shape.</summary>
    ShapeChange,

    /// <summary>The next request would not fit whole.</summary>
    NoRoom,

    /// <summary>Batching saves this model less than the hand-off costs: the request ran on its own thread at once.</summary>
    Inline,

    /// <summary>The model has no batch dimension.</summary>
    Unbatched,

    /// <summary>Its oldest request had waited for as long as the model's configuration lets requests wait for company.</summary>
    QueueDelay,
}
