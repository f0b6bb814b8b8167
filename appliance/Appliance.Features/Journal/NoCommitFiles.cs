using FASTER.core;

namespace Appliance.Features.Journal;

/// <summary>
/// Keeps no commit files: a record says itself whether it is whole, and the device flushes before the log hears of a write, so a second
/// file and a second flush for each commit would say nothing new.
/// </summary>
internal sealed class NoCommitFiles : ILogCommitManager
{
    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata)
    {
    }

    public byte[] GetCommitMetadata(long commitNum) => [];

    public IEnumerable<long> ListCommits() => [];

    public void RemoveCommit(long commitNum)
    {
    }

    public void RemoveAllCommits()
    {
    }

    public void OnRecovery(long commitNum)
    {
    }

    public void Dispose()
    {
    }
}
