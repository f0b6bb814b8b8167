namespace Lake.Tests.Storage;

/// <summary>How a call of a <see cref="FaultyStorage"/> fails.</summary>
internal enum StorageFault
{
    /// <summary>Nothing is done.</summary>
    Error,

    /// <summary>It is done, and the answer is lost: a time-out.</summary>
    TimedOut,

    /// <summary>Half of a file is written. A call that writes none does nothing.</summary>
    Torn,

    /// <summary>The disk is full.</summary>
    Full,
}
