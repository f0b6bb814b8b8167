using System.Runtime.CompilerServices;
using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

[Collection(ProcessMemoryCollection.Name)]
public sealed class ManagedHeapTests
{
    [Fact]
    public void What_a_version_leaves_is_collected()
    {
        var left = Leave();
        ManagedHeap.GiveBack();
        Assert.False(left.IsAlive);
    }

    [Fact]
    public void What_outlived_one_collection_is_collected_by_the_next()
    {
        var (left, version) = LeaveLater();
        ManagedHeap.GiveBack();
        Assert.True(left.IsAlive);
        version.Clear();
        ManagedHeap.GiveBack();
        Assert.False(left.IsAlive);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(ManagedHeap.SmallBytes, true)]
    [InlineData(ManagedHeap.SmallBytes + 1, false)]
    [InlineData(long.MaxValue, false)]
    public void Only_a_small_heap_is_collected_whole(long bytes, bool whole) => Assert.Equal(whole, ManagedHeap.IsSmall(bytes));

    // Of their own, so that no register of the test still holds what they made.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Leave() => new(new byte[100]);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Left, List<byte[]> Version) LeaveLater()
    {
        var left = new byte[100];
        return (new WeakReference(left), [left]);
    }
}
