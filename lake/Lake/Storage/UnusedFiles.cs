namespace Lake.Storage;

/// <summary>Deletes files that are no one's, as those of a commit that was not made. Stateless.</summary>
internal static class UnusedFiles
{
    /// <summary>Time for it at most. 10 s: who waits for the failure that made the files useless is not kept waiting for a storage that does not answer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Deletes them, as far as the storage lets it: what stays is found as an orphan later. Whether all are gone.</summary>
    /// <remarks>It fails by no exception, so that the failure which made the files useless is the one that is told, and it cannot be cancelled: it is what cancelled work ends with.</remarks>
    public static async Task<bool> DeleteAsync(ITableStorage storage, IEnumerable<string> locations)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await storage.DeleteAsync([.. locations], limit.Token);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            return false;
        }
    }
}
