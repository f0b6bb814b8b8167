using TestKit;

namespace Appliance.Features.Tests.Store;

public sealed class StoreRecoveryTests
{
    private const int Keys = 400;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Fact]
    public void A_store_without_a_checkpoint_starts_empty_and_says_so()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Put("a", [1]);
        rig.Reopen();
        Assert.Null(rig.Position);
        Assert.Empty(rig.Opened.PassedOver);
        Assert.Null(rig.Get("a"));
        Assert.Equal(0, rig.Table.Rows);
    }

    [Fact]
    public void A_checkpoint_holds_what_was_written_before_it_and_nothing_after()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Put("a", [1]);
        var checkpoint = rig.Begin("here");
        rig.Put("a", [2], eventTime: 2);
        rig.Put("b", [3]);
        StoreRig.Finish(checkpoint);
        rig.Reopen();
        Assert.Equal("here", rig.Position);
        Assert.Equal([1], rig.Get("a"));
        Assert.Null(rig.Get("b"));
        Assert.Equal(1, rig.Table.Rows);
    }

    [Fact]
    public void A_checkpoint_of_an_empty_store_keeps_its_position()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Checkpoint("nothing yet");
        rig.Reopen();
        Assert.Equal("nothing yet", rig.Position);
        rig.Put("a", [1]);
        rig.Checkpoint("one");
        rig.Reopen();
        Assert.Equal([1], rig.Get("a"));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_work_with_kills_always_returns_to_the_newest_checkpoint(int seed)
    {
        using var rig = new StoreRig();
        var work = new RandomWork(seed, Keys);
        var random = new Random(seed);
        rig.Open();
        string? newest = null;
        for (var life = 0; life < 8; life++)
        {
            for (var i = 0; i < random.Next(1, 5); i++)
            {
                for (var n = random.Next(2000); n > 0; n--) work.Step(rig.Writer);
                newest = work.Mark();
                rig.Checkpoint(newest);
            }
            for (var n = random.Next(1500); n > 0; n--) work.Step(rig.Writer);
            work.AssertEqual(rig.Table);
            rig.Reopen();
            Assert.Equal(newest, rig.Position);
            work.ReturnTo(newest, rig.Table);
        }
    }

    [Theory]
    [InlineData("checkpoint.", "truncated")]
    [InlineData("checkpoint.", "flipped")]
    [InlineData("checkpoint.", "missing")]
    [InlineData("log.", "truncated")]
    [InlineData("log.", "flipped")]
    [InlineData("log.", "missing")]
    public void A_damaged_file_of_the_newest_checkpoint_falls_back_to_the_one_before_exactly(string prefix, string damage)
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            using var rig = new StoreRig();
            var work = new RandomWork(seed, Keys);
            rig.Open();
            for (var i = 0; i < 1500; i++) work.Step(rig.Writer);
            var older = work.Mark();
            rig.Checkpoint(older);
            for (var i = 0; i < 1500; i++) work.Step(rig.Writer);
            rig.Checkpoint(work.Mark());
            for (var i = 0; i < 500; i++) work.Step(rig.Writer);
            rig.Table.Dispose();
            Damage.Newest(rig.Folder, prefix, damage);
            rig.Open();
            Assert.Equal(older, rig.Position);
            if (damage != "missing" || prefix != "checkpoint.") Assert.NotEmpty(Assert.Single(rig.Opened.PassedOver).Reason);
            work.ReturnTo(older, rig.Table);

            // Work goes on over the log that the lost checkpoint had, and is found again.
            for (var i = 0; i < 1500; i++) work.Step(rig.Writer);
            var next = work.Mark();
            rig.Checkpoint(next);
            rig.Reopen();
            Assert.Equal(next, rig.Position);
            work.ReturnTo(next, rig.Table);
        }
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("flipped")]
    [InlineData("missing")]
    public void A_damaged_index_falls_back_to_a_checkpoint_that_does_not_need_it(string damage)
    {
        using var rig = new StoreRig();
        var work = new RandomWork(7, Keys);
        rig.Open();
        for (var i = 0; i < 3000; i++) work.Step(rig.Writer);
        var older = work.Mark();
        rig.Checkpoint(older);
        work.Step(rig.Writer);
        rig.Checkpoint(work.Mark());
        rig.Table.Dispose();
        Damage.Newest(rig.Folder, "index-", damage);
        rig.Open();
        Assert.Equal(older, rig.Position);
        Assert.Contains("index", Assert.Single(rig.Opened.PassedOver).Reason, StringComparison.Ordinal);
        work.ReturnTo(older, rig.Table);
    }

    [Fact]
    public void When_no_checkpoint_is_sound_the_store_starts_empty_and_names_each()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Put("a", [1]);
        rig.Checkpoint("one");
        rig.Put("b", [1]);
        rig.Checkpoint("two");
        rig.Table.Dispose();
        foreach (var path in Directory.GetFiles(rig.Folder, "checkpoint.*")) File.WriteAllBytes(path, [1, 2, 3]);
        rig.Open();
        Assert.Null(rig.Position);
        Assert.Equal([2L, 1L], rig.Opened.PassedOver.Select(passed => passed.Number));
        Assert.Equal(0, rig.Table.Rows);
    }

    [Fact]
    public void A_store_is_opened_with_the_page_size_it_was_made_with()
    {
        using var rig = new StoreRig();
        rig.Open();
        rig.Checkpoint("one");
        rig.Table.Dispose();
        rig.Options.PageBytes = 8192;
        var error = Assert.Throws<ArgumentException>(rig.Open);
        Assert.Contains("PageBytes is 8192", error.Message, StringComparison.Ordinal);
        Assert.Contains("16384", error.Message, StringComparison.Ordinal);
        rig.Options.PageBytes = 16384;
        rig.Open();
    }

    [Fact]
    public void Files_that_no_kept_checkpoint_needs_are_removed()
    {
        using var rig = new StoreRig();
        rig.Open();
        for (var i = 0; i < 5; i++)
        {
            rig.Put("a", [1], eventTime: i + 1);
            rig.Checkpoint($"{i}");
        }
        Assert.Equal(2, Directory.GetFiles(rig.Folder, "checkpoint.*").Length);
        Assert.Equal("3", System.Text.Encoding.UTF8.GetString(rig.Table.OldestPosition.Span));
    }
}
