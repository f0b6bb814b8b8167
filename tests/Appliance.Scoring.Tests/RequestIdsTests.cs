namespace Appliance.Scoring.Tests;

public sealed class RequestIdsTests
{
    [Fact]
    public void Ids_made_on_many_threads_at_once_are_all_different()
    {
        var ids = ParallelEnumerable.Range(0, 100_000).Select(_ => RequestIds.Next()).ToHashSet();
        Assert.Equal(100_000, ids.Count);
        Assert.All(ids.Take(100), id => Assert.Matches("^[0-9a-f]{20}$", id));
    }
}
