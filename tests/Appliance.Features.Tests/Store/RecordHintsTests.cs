namespace Appliance.Features.Tests.Store;

public sealed class RecordHintsTests : IDisposable
{
    private readonly HintBed _bed = new();

    [Fact]
    public void A_key_is_led_to_its_newest_record()
    {
        Assert.Null(_bed.Hinted("key"));
        _bed.Append("key", 1);
        Assert.Equal(1, _bed.Hinted("key"));
        for (var i = 2; i < 50; i++)
        {
            _bed.Append("key", i);
            Assert.Equal(i, _bed.Hinted("key"));
        }
    }

    [Fact]
    public void A_removed_key_is_led_nowhere_until_it_comes_back()
    {
        _bed.Append("key", 1);
        _bed.Remove("key");
        Assert.Null(_bed.Hinted("key"));
        Assert.Null(_bed.Read("key"));
        _bed.Append("key", 2);
        Assert.Equal(2, _bed.Hinted("key"));
    }

    [Fact]
    public void Of_two_keys_that_look_the_same_the_later_is_remembered_and_both_are_read()
    {
        var (first, second) = Twins();
        _bed.Append(first, 1);
        Assert.Null(_bed.Hinted(second));
        _bed.Append(second, 2);
        Assert.Null(_bed.Hinted(first));
        Assert.Equal(2, _bed.Hinted(second));
        Assert.Equal(1, _bed.Read(first));
        Assert.Equal(2, _bed.Read(second));
        _bed.Remove(first);
        Assert.Null(_bed.Hinted(second));
        Assert.Equal(2, _bed.Read(second));
    }

    [Fact]
    public void In_a_full_line_the_oldest_record_makes_room_and_is_read_all_the_same()
    {
        var keys = Keys().Where(key => HintBed.Hash(key) % _bed.Lines == 3).DistinctBy(Tag).Take(10).ToArray();
        for (var i = 0; i < keys.Length; i++) _bed.Append(keys[i], i);
        Assert.Equal([null, null, 2, 3, 4, 5, 6, 7, 8, 9], keys.Select(_bed.Hinted));
        Assert.Equal(Enumerable.Range(0, 10), keys.Select(key => _bed.Read(key)!.Value));
        // Appended anew it is the youngest.
        _bed.Append(keys[2], 20);
        _bed.Append(keys[0], 30);
        Assert.Equal([30, null, 20, null, 4, 5, 6, 7, 8, 9], keys.Select(_bed.Hinted));
    }

    [Fact]
    public void What_has_left_the_memory_is_led_nowhere_and_read_from_the_disk()
    {
        _bed.Append("first", 1);
        for (var i = 0; i < 20_000; i++) _bed.Append($"other {i % 500}", i);
        Assert.Null(_bed.Hinted("first"));
        Assert.Equal(1, _bed.Read("first"));
        for (var i = 0; i < 500; i++) Assert.Equal(19_500 + i, _bed.Read($"other {i}"));
    }

    public void Dispose() => _bed.Dispose();

    private static IEnumerable<string> Keys() => Enumerable.Range(0, 200_000).Select(i => $"key {i}").Where(key => HintBed.Hash(key) >= 0);

    private static long Tag(string key) => (HintBed.Hash(key) >> 48) | 1;

    /// <summary>Two keys of one line and the same bits beside the address.</summary>
    private (string First, string Second) Twins()
    {
        var seen = new Dictionary<(long, long), string>();
        foreach (var key in Keys())
        {
            var looks = (HintBed.Hash(key) % _bed.Lines, Tag(key));
            if (seen.TryGetValue(looks, out var twin)) return (twin, key);
            seen.Add(looks, key);
        }
        throw new InvalidOperationException("no two keys look the same");
    }
}
