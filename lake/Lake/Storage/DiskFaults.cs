namespace Lake.Storage;

/// <summary>Says what to do where a disk refuses to write. Pure.</summary>
internal static class DiskFaults
{
    /// <summary>What to do about a full disk.</summary>
    public const string FullAdvice = "the disk is full; free space on it, or expire snapshots and remove orphan files of tables, then try again";

    /// <summary>ENOSPC and EDQUOT of Linux.</summary>
    private const int NoSpace = 28, OverQuota = 122;

    /// <summary>The failure to write a file, told with its location and, where the disk is full, with what to do.</summary>
    public static IOException Named(string location, Exception failure) => Named(location, failure, failure.Message);

    /// <param name="location">The file.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="message">What is told of it, unless the disk is full.</param>
    public static IOException Named(string location, Exception failure, string message) => new(
        $"{location} cannot be written: {(IsFull(failure) ? FullAdvice : message)}", failure) { HResult = failure.HResult };

    // Native writers tell the number in their text alone.
    private static bool IsFull(Exception failure) =>
        failure.HResult is NoSpace or OverQuota || failure.Message.Contains("errno 28", StringComparison.Ordinal) || failure.Message.Contains("No space left on device", StringComparison.Ordinal);
}
