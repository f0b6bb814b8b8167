using Appliance.Features.Ingest.History;
using FeatureModel.Events;

namespace Appliance.Features.Tests.Ingest.History;

public sealed class HistoryIdsTests
{
    private const long Hour = 3_600_000_000;

    private readonly HistoryIds _ids = new();

    [Fact]
    public void Whole_hours_are_forgotten_once_they_are_over()
    {
        Add(1, (2 * Hour) - 1, position: 10);
        Add(2, 2 * Hour, position: 20);
        _ids.ForgetBefore((2 * Hour) - 1);
        Assert.Equal(2, _ids.Count);
        _ids.ForgetBefore(2 * Hour);
        Assert.False(_ids.Contains(Id(1)));
        Assert.True(_ids.Contains(Id(2)));
    }

    [Fact]
    public void Times_before_1970_lie_in_hours_of_their_own()
    {
        Add(1, -1, position: 10);
        Add(2, 0, position: 20);
        _ids.ForgetBefore(0);
        Assert.False(_ids.Contains(Id(1)));
        Assert.True(_ids.Contains(Id(2)));
    }

    [Fact]
    public void The_oldest_position_is_that_of_the_first_that_is_left()
    {
        Assert.Equal(long.MaxValue, _ids.OldestPosition);
        Add(1, 5 * Hour, position: 10);
        Add(2, 1 * Hour, position: 20);
        Add(3, 5 * Hour, position: 30);
        Assert.Equal(10, _ids.OldestPosition);
        _ids.ForgetBefore(4 * Hour);
        Assert.Equal((10, 2), (_ids.OldestPosition, _ids.Count));
        _ids.ForgetBefore(9 * Hour);
        Assert.Equal((long.MaxValue, 0), (_ids.OldestPosition, _ids.Count));
    }

    private void Add(ulong id, long time, long position) => _ids.Add(Id(id), time, position);

    private static EventId Id(ulong id) => new(id, 0);
}
