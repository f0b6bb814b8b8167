using System.Text;
using Appliance.Inference.Lifecycle;
using TestKit;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ModelDirectoryTests
{
    private readonly ModelDirectory _directory = new();

    [Theory]
    [InlineData("m")]
    [InlineData("模型")]
    [InlineData("a b/c")]
    public void A_slot_is_found_by_its_name_as_text_and_as_bytes(string name)
    {
        var slot = _directory.GetOrAdd(name);
        Assert.Equal(name, slot.Name);
        Assert.True(_directory.TryFind(name, out var found));
        Assert.Same(slot, found);
        Assert.True(_directory.TryFind(Encoding.UTF8.GetBytes(name), out found));
        Assert.Same(slot, found);
        Assert.Same(slot, _directory.GetOrAdd(name));
    }

    [Fact]
    public void Nothing_else_is_found()
    {
        _directory.GetOrAdd("model");
        foreach (var name in new[] { "", "mode", "models", "Model" }) Assert.False(_directory.TryFind(name, out _));
    }

    [Fact]
    public void Slots_are_listed_by_name()
    {
        foreach (var name in new[] { "b", "a", "B" }) _directory.GetOrAdd(name);
        Assert.Equal(["B", "a", "b"], _directory.Slots.Select(s => s.Name));
        Assert.Equal(3, _directory.Unordered.Count);
    }

    [Fact]
    public void A_slot_that_was_taken_out_is_not_found_and_the_others_are()
    {
        var gone = _directory.GetOrAdd("a");
        _directory.GetOrAdd("b");
        _directory.Remove(gone);
        Assert.False(_directory.TryFind("a", out _));
        Assert.Equal(["b"], _directory.Slots.Select(s => s.Name));
        Assert.NotSame(gone, _directory.GetOrAdd("a"));
    }

    [Fact]
    public void Adding_from_many_sides_at_once_makes_each_slot_once()
    {
        Parallel.For(0, 400, i => _directory.GetOrAdd($"m{i % 50}"));
        Assert.Equal(50, _directory.Unordered.Count);
    }

    [Fact]
    public void Looking_up_by_bytes_allocates_nothing()
    {
        _directory.GetOrAdd("model");
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++) _directory.TryFind("model"u8, out _);
        }));
    }
}
