namespace Lake.Tests.Storage;

/// <summary>How a request fails on its way through an <see cref="S3Proxy"/>.</summary>
public enum S3Fault
{
    /// <summary>The server is overloaded: 503 SlowDown, and nothing is done.</summary>
    SlowDown,

    /// <summary>The server fails: 500 InternalError, and nothing is done.</summary>
    Internal,

    /// <summary>The caller has no right to it: 403 AccessDenied, and nothing is done.</summary>
    Denied,

    /// <summary>There is no such object, though there is: 404 NoSuchKey.</summary>
    Missing,

    /// <summary>There is no such upload in parts: 404 NoSuchUpload, and nothing is done.</summary>
    NoUpload,

    /// <summary>The object is in an archive: 403 InvalidObjectState. Of a request to restore it: it is in none.</summary>
    Archived,

    /// <summary>A copy of an archived object is going to be made: 202.</summary>
    Accepted,

    /// <summary>A copy is being made already: 409 RestoreAlreadyInProgress.</summary>
    Restoring,

    /// <summary>The connection is cut before the server has the request.</summary>
    Dropped,

    /// <summary>It is done, and the connection is cut before the answer.</summary>
    Lost,

    /// <summary>It is done, and the connection is cut in the middle of the answer.</summary>
    Cut,

    /// <summary>It is done, and nothing comes after the middle of the answer.</summary>
    Stalled,

    /// <summary>It is done, and the answer comes a few bytes at a time.</summary>
    Slow,

    /// <summary>It is answered as done, and the server has lost it: a part of an upload.</summary>
    Swallowed,
}
