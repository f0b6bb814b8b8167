using Apache.Arrow;
using Lake.PointInTime.Held;
using Lake.Tests.Tables;
using Lake.Types;

namespace Lake.Tests.PointInTime.Held;

/// <summary>Where times come to count among a spine's moments, however spine and times are ordered, by a plain search.</summary>
public class SpineMomentsTests
{
    private const int Rows = 2_000;

    [Theory]
    [InlineData(1, false, false, false)]
    [InlineData(2, true, true, false)]
    [InlineData(3, true, false, true)]
    [InlineData(4, false, true, true)]
    public void A_time_counts_from_the_first_moment_that_is_not_before_it(int seed, bool spineInOrder, bool timesInOrder, bool isText)
    {
        var random = new Random(seed);
        var spine = Draw(random, spineInOrder, isText);
        var moments = new SpineMoments([0]);
        foreach (var part in spine.Chunk(700)) moments.Add(Batch(part, isText), 1);
        moments.Sort();
        var places = moments.Places(0, Rows);
        for (var row = 0; row < Rows; row++)
        {
            if (spine[row] is [null, _] or [_, null]) Assert.Equal(-1, places[row]);
            else Assert.Equal(spine[row][1], moments.Moment(places[row]));
        }
        var reader = new KeyReader([0]);
        foreach (var times in Draw(random, timesInOrder, isText).Chunk(900))
        {
            var keys = moments.Find(Batch(times, isText), reader);
            for (var row = 0; row < times.Length; row++)
            {
                var (key, time) = (times[row][0], (long?)times[row][1] ?? 0);
                var known = key is not null && spine.Exists(s => Equals(s[0], key) && s[1] is not null);
                if (!known && keys[row] < 0) continue;
                Assert.True(keys[row] >= 0, $"key {key} is not found; seed {seed}");
                var later = spine.Where(s => Equals(s[0], key) && (long?)s[1] >= time).Select(s => (long)s[1]!).ToList();
                var first = moments.First(keys[row], time);
                if (later.Count == 0)
                {
                    Assert.Equal(-1, first);
                    continue;
                }
                Assert.Equal(later.Min(), moments.Moment(first));
                Assert.True(first == moments.Of(keys[row]).Start || moments.Moment(first - 1) < time, $"{first} is not the first place of key {key} for {time}; seed {seed}");
            }
        }
    }

    // Rows of a key, of which there are some of one length and some nulls, and a moment, of which some are equal and some null.
    private static List<object?[]> Draw(Random random, bool inOrder, bool isText)
    {
        var rows = Enumerable.Range(0, Rows).Select(_ => new object?[] { Key(random.Next(60), isText), random.Next(40) == 0 ? null : (long)random.Next(1_500) }).ToList();
        return inOrder ? [.. rows.OrderBy(r => r[1])] : rows;
    }

    private static object? Key(int n, bool isText) => n == 0 ? null : isText ? $"key-{(n % 2 == 0 ? "long-" : "")}{n:0000}" : long.MaxValue / n;

    private static RecordBatch Batch(object?[][] rows, bool isText) =>
        LakeBed.Rows([NestedField.Optional(1, "key", isText ? PrimitiveType.String : PrimitiveType.Long), NestedField.Optional(2, "moment", PrimitiveType.Long)], rows);
}
