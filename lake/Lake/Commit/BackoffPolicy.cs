namespace Lake.Commit;

/// <summary>How long to wait before a commit is tried again: doubled with each try, and spread, so that many writers do not meet again. Pure.</summary>
internal sealed class BackoffPolicy(CommitOptions options)
{
    /// <param name="tries">Tries so far, 1 or more.</param>
    /// <param name="spread">A number from 0 to 1, drawn anew for each wait.</param>
    public TimeSpan? Next(int tries, double spread)
    {
        if (tries > options.Retries) return null;
        var longest = Math.Min(options.MinWait.TotalMilliseconds * Math.Pow(2, tries - 1), options.MaxWait.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + (spread / 2)));
    }
}
