using Appliance.Features.Ingest.History;
using Appliance.Features.Reading;
using TestKit;

namespace Appliance.Features.Tests.Ingest.History;

public sealed class ViewStartsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_view_keeps_the_position_at_which_it_was_first_there_also_when_it_is_read_again()
    {
        var starts = Open();
        Assert.False(starts.TryGet(View(1), out _));
        Assert.Equal([1u], Adopt(starts, 100, View(1)));
        Assert.Equal([2u], Adopt(starts, 200, View(1), View(2)));
        Assert.Empty(Adopt(starts, 300, View(1), View(2)));
        foreach (var read in new[] { starts, Open(isFilled: true) })
        {
            Assert.Equal((100, 200), (StartOf(read, View(1)), StartOf(read, View(2))));
            Assert.False(read.Counts(View(2), 199));
            Assert.True(read.Counts(View(2), 200) && read.Counts(View(1), 199));
        }
    }

    [Fact]
    public void A_view_that_was_declared_again_or_reads_another_source_begins_anew()
    {
        var starts = Open();
        Adopt(starts, 100, View(1), View(2));
        Assert.Equal([1u, 2u], Adopt(starts, 200, View(1, layout: 2), View(2, source: "other")));
        Assert.Equal((200, 200), (StartOf(starts, View(1, layout: 2)), StartOf(starts, View(2, source: "other"))));
        Assert.False(starts.TryGet(View(1), out _));
    }

    [Fact]
    public void Views_of_a_store_that_was_filled_before_starts_were_noted_have_none_that_is_known_and_later_ones_have()
    {
        var starts = Open(isFilled: true);
        Adopt(starts, 100, View(1));
        Adopt(starts, 200, View(1), View(2));
        Assert.Equal((ViewStart.Unknown, 200), (StartOf(starts, View(1)), StartOf(starts, View(2))));
        Assert.True(starts.Counts(View(1), 0));
    }

    [Fact]
    public void A_first_view_after_years_without_any_begins_where_it_is_taken_up()
    {
        Adopt(Open(), 0);
        var starts = Open(isFilled: true);
        Adopt(starts, 500);
        Adopt(starts, 900, View(1));
        Assert.Equal(900, StartOf(starts, View(1)));
    }

    [Fact]
    public void What_cannot_be_written_changes_nothing()
    {
        var starts = Open();
        Adopt(starts, 100, View(1));
        Directory.Delete(_folder.Path, recursive: true);
        Assert.ThrowsAny<IOException>(() => Adopt(starts, 200, View(1), View(2)));
        Assert.False(starts.TryGet(View(2), out _));
        Directory.CreateDirectory(_folder.Path);
        Assert.Equal([2u], Adopt(starts, 300, View(1), View(2)));
    }

    [Fact]
    public async Task A_change_is_told_to_who_waits_for_it()
    {
        var starts = Open();
        var changed = starts.Changed;
        Assert.False(changed.IsCompleted);
        Adopt(starts, 100, View(1));
        await changed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(starts.Changed.IsCompleted);
    }

    [Fact]
    public void A_file_that_something_else_wrote_is_named()
    {
        File.WriteAllText(_folder["view-starts.json"], "{");
        Assert.Contains("view-starts.json", Assert.Throws<InvalidDataException>(() => Open()).Message, StringComparison.Ordinal);
    }

    private ViewStarts Open(bool isFilled = false) => ViewStarts.Open(_folder.Path, isFilled);

    private static List<uint> Adopt(ViewStarts starts, long position, params ServedView[] views)
    {
        var begun = new List<uint>();
        starts.Adopt(new FeatureCatalog(1, views, [], []), position, begun);
        return begun;
    }

    private static long StartOf(ViewStarts starts, ServedView view)
    {
        Assert.True(starts.TryGet(view, out var position));
        return position;
    }

    private static ServedView View(uint number, uint layout = 1, string source = "events") => new()
    {
        Name = $"view{number}", Version = 1, Number = number, Kind = ViewKind.Stream, JoinKeys = [], Features = [], TtlMicros = long.MaxValue, BornLayout = layout, Source = source,
    };
}
