using System.Text;
using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HpackDynamicTableTests
{
    [Fact]
    public void An_entry_counts_its_bytes_and_32()
    {
        var table = new HpackDynamicTable(4096);
        Add(table, "abc", "de");
        Assert.Equal(37, table.Size);
        Add(table, "", "");
        Assert.Equal(69, table.Size);
    }

    [Fact]
    public void The_newest_entry_comes_first_and_the_oldest_goes_first()
    {
        var table = new HpackDynamicTable(3 * 34);
        foreach (var name in (string[])["a", "b", "c", "d"]) Add(table, name, "1");
        Assert.Equal(["d: 1", "c: 1", "b: 1"], Blocks.Entries(table));
    }

    [Fact]
    public void An_entry_as_large_as_the_table_fits_and_one_byte_more_empties_it()
    {
        var table = new HpackDynamicTable(64);
        Add(table, "name", new string('v', 28));
        Assert.Equal(64, table.Size);
        Add(table, "name", new string('v', 29));
        Assert.Equal((0, 0), (table.Count, table.Size));
        Add(table, "a", "b");
        Assert.Equal(["a: b"], Blocks.Entries(table));
    }

    [Fact]
    public void A_smaller_size_evicts_and_a_larger_one_brings_nothing_back()
    {
        var table = new HpackDynamicTable(4096);
        foreach (var name in (string[])["a", "b", "c"]) Add(table, name, "1");
        table.Resize(67);
        Assert.Equal(["c: 1"], Blocks.Entries(table));
        table.Resize(4096);
        Assert.Equal(["c: 1"], Blocks.Entries(table));
        table.Resize(0);
        Assert.Empty(Blocks.Entries(table));
    }

    [Fact]
    public void A_table_without_room_takes_nothing()
    {
        var table = new HpackDynamicTable(0);
        Add(table, "", "");
        Assert.Equal(0, table.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(100)]
    [InlineData(257)]
    [InlineData(4096)]
    public void Entries_stay_whole_through_any_insertions(int capacity)
    {
        const int seed = 7541;
        var random = new Random(seed);
        var table = new HpackDynamicTable(capacity);
        var model = new List<(string Name, string Value)>();
        var maxSize = capacity;
        for (var step = 0; step < 5_000; step++)
        {
            if (random.Next(100) == 0)
            {
                table.Resize(maxSize = random.Next(capacity + 1));
                Trim(model, maxSize);
            }

            var value = RandomText(random, random.Next(random.Next(2) == 0 ? 12 : capacity + 2));
            if (model.Count > 0 && random.Next(2) == 0)
            {
                // By the name of an entry, which may be evicted by this very insertion.
                var place = random.Next(2) == 0 ? model.Count - 1 : random.Next(model.Count);
                var name = model[place].Name;
                table.Add(KnownHeader.Other, table.Get(place).Name, Encoding.Latin1.GetBytes(value));
                model.Insert(0, (name, value));
            }
            else
            {
                var name = RandomText(random, random.Next(20));
                Add(table, name, value);
                model.Insert(0, (name, value));
            }

            Trim(model, maxSize);
            if (!model.Select(entry => $"{entry.Name}: {entry.Value}").SequenceEqual(Blocks.Entries(table)))
                Assert.Fail($"seed {seed}, capacity {capacity}, step {step}");
        }
    }

    private static void Trim(List<(string Name, string Value)> model, int maxSize)
    {
        var size = 0;
        var kept = model.TakeWhile(entry => (size += entry.Name.Length + entry.Value.Length + 32) <= maxSize).Count();
        model.RemoveRange(kept, model.Count - kept);
    }

    private static string RandomText(Random random, int length) =>
        string.Create(length, random, static (text, random) =>
        {
            foreach (ref var c in text) c = (char)random.Next(256);
        });

    private static void Add(HpackDynamicTable table, string name, string value) =>
        table.Add(KnownHeader.Other, Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
}
