namespace Lake.Storage;

/// <summary>What a failed request to S3 means.</summary>
internal enum S3Failure
{
    /// <summary>There is no such object (or bucket).</summary>
    Missing,

    /// <summary>A condition of the request does not hold: the object is there.</summary>
    Refused,

    /// <summary>Another try may do: overload, a fault of server or network, a time-out.</summary>
    Passing,

    /// <summary>Another try will not do: rights, names, signatures.</summary>
    Lasting,
}
