using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ModelEntriesTests
{
    private readonly ModelDirectory _directory = new();
    private readonly ModelEntries _entries;

    public ModelEntriesTests() => _entries = new ModelEntries(_directory);

    [Fact]
    public void An_entry_brings_its_slot_and_takes_it_along()
    {
        var entry = _entries.GetOrAdd("m");
        Assert.Same(entry, _entries.GetOrAdd("m"));
        Assert.True(_directory.TryFind("m", out var slot));
        Assert.Same(slot, entry.Slot);
        _entries.Forget(entry);
        Assert.True(entry.Forgotten);
        Assert.False(_entries.Contains("m"));
        Assert.False(_directory.TryFind("m", out _));
    }

    [Fact]
    public void A_name_that_comes_back_has_a_new_entry()
    {
        var gone = _entries.GetOrAdd("m");
        _entries.Forget(gone);
        var entry = _entries.GetOrAdd("m");
        Assert.NotSame(gone, entry);
        Assert.False(entry.Forgotten);
        Assert.True(_directory.TryFind("m", out var slot));
        Assert.Same(entry.Slot, slot);
    }

    [Fact]
    public void However_many_sides_add_and_forget_every_entry_has_its_slot_in_the_directory()
    {
        Parallel.For(0, 2000, i =>
        {
            var entry = _entries.GetOrAdd($"m{i % 8}");
            if (i % 3 == 0) _entries.Forget(entry);
        });
        // A slot that was forgotten late took a newer one of its name along only if the two are not kept together.
        Assert.Equal(_entries.All.Select(e => e.Slot).OrderBy(s => s.Name, StringComparer.Ordinal), _directory.Slots);
    }
}
