using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using FeatureModel.Events;
using TestKit;

namespace Appliance.Features.Tests.Ingest.Kafka;

public sealed class KafkaIdLogTests : IDisposable
{
    private const int Capacity = 100;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_start_remembers_what_lies_before_the_positions_and_nothing_else()
    {
        using (var log = Open(new StreamPositions(), out _))
        {
            for (var offset = 0; offset < 10; offset++) Add(log, offset);
            log.Flush();
        }
        using var again = Open(Positions(6), out var seen);
        for (var offset = 0; offset < 10; offset++) Assert.Equal(offset >= 6, seen.TryAdd(Id(offset), 0));
    }

    [Fact]
    public void Wherever_a_file_is_cut_the_blocks_before_are_remembered()
    {
        using (var log = Open(new StreamPositions(), out _))
        {
            for (var offset = 0; offset < 4; offset++)
            {
                Add(log, offset);
                log.Flush();
            }
        }
        var file = Assert.Single(Directory.GetFiles(_folder.Path));
        var whole = File.ReadAllBytes(file);
        var most = 0;
        for (var length = 0; length <= whole.Length; length++)
        {
            foreach (var old in Directory.GetFiles(_folder.Path)) File.Delete(old);
            File.WriteAllBytes(file, whole[..length]);
            using var again = Open(Positions(4), out var seen);
            // Those that are remembered are the first ones; more of them the more is left.
            var remembered = Enumerable.Range(0, 4).TakeWhile(offset => !seen.TryAdd(Id(offset), 0)).Count();
            Assert.True(remembered >= most, $"of {length} bytes {remembered} ids are remembered, of fewer {most}");
            Assert.All(Enumerable.Range(remembered + 1, Math.Max(0, 3 - remembered)), offset => Assert.True(seen.TryAdd(Id(offset), 0)));
            most = remembered;
        }
        Assert.Equal(4, most);
    }

    [Fact]
    public void A_changed_byte_ends_what_is_remembered_of_its_file()
    {
        using (var log = Open(new StreamPositions(), out _))
        {
            Add(log, 0);
            log.Flush();
        }
        var file = Assert.Single(Directory.GetFiles(_folder.Path));
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        using var again = Open(Positions(1), out var seen);
        Assert.True(seen.TryAdd(Id(0), 0));
    }

    private static EventId Id(int offset) => new((ulong)offset, 7);

    private static StreamPositions Positions(long next)
    {
        var positions = new StreamPositions();
        positions.Set("t/0", next);
        return positions;
    }

    private static void Add(KafkaIdLog log, int offset) => log.Add("t/0", new KafkaSeenId(Id(offset), 0, offset, 0, 0));

    private KafkaIdLog Open(StreamPositions applied, out KafkaSeenIds seen)
    {
        seen = new KafkaSeenIds(Capacity, long.MaxValue);
        return KafkaIdLog.Open(_folder.Path, applied, Capacity, 1 << 20, seen);
    }
}
