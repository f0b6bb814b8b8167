using Lake.Expressions;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Types;
using Lake.Values;

namespace Lake.Tests.Maintenance;

public sealed class CompactionPolicyTests
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long)]);
    private static readonly SortOrder ById = new(7, [new SortField(1, Transform.Identity)]);

    [Fact]
    public void Small_files_are_put_together_until_they_fill_one_and_a_rest_of_few_stays()
    {
        var bins = Decide(new(), [.. Enumerable.Range(0, 13).Select(i => File($"{i:00}", 30))]);
        // 30 x 4 fill a file of 100; the thirteenth alone is not worth it.
        Assert.Equal([["00", "01", "02", "03"], ["04", "05", "06", "07"], ["08", "09", "10", "11"]], Names(bins));
        Assert.All(bins, b => Assert.Equal(CompactionReasons.TooSmall, b.Reasons));
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    public void Files_that_fill_none_are_put_together_from_five_on(int files, int bins) => Assert.Equal(bins, Decide(new(), [.. Enumerable.Range(0, files).Select(i => File($"{i}", 2))]).Count);

    [Fact]
    public void Partitions_are_never_mixed()
    {
        var bins = Decide(new() { MinInputFiles = 2 }, File("a1", 1, partition: "a"), File("b1", 1, partition: "b"), File("a2", 1, partition: "a"), File("b2", 1, partition: "b"), File("c", 1, partition: "c"));
        Assert.Equal([["a1", "a2"], ["b1", "b2"]], Names(bins));
    }

    [Fact]
    public void Files_of_the_wanted_size_are_left_alone_and_larger_ones_are_split_alone()
    {
        var bins = Decide(new() { MinInputFiles = 2 }, File("min", 75), File("max", 180), File("large", 181), File("s1", 10), File("s2", 10));
        Assert.Equal([["large"], ["s1", "s2"]], Names(bins));
        Assert.Equal(CompactionReasons.TooLarge, bins[0].Reasons);
    }

    [Fact]
    public void What_comes_of_full_bins_is_never_chosen_again()
    {
        var random = new Random(9);
        for (var turn = 0; turn < 200; turn++)
        {
            var bins = Decide(new(), [.. Enumerable.Range(0, 30).Select(i => File($"{i}", random.Next(1, 300)))]);
            foreach (var bin in bins.Where(b => b.Bytes is >= 100 and <= 180)) Assert.Empty(Decide(new(), File("out", bin.Bytes)));
            Assert.All(bins, b => Assert.True(b.Bytes <= 180 || b.Files.Count == 1, $"seed 9, turn {turn}: a bin has {b.Bytes} bytes"));
        }
    }

    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(3, 0, 1)]
    [InlineData(1, 29, 0)]
    [InlineData(1, 30, 1)]
    public void A_file_is_rewritten_for_the_number_and_the_reach_of_its_deletes(int deleteFiles, long deletedRows, int bins)
    {
        var deletes = Enumerable.Range(0, deleteFiles).Select(i => new DataFile { Content = FileContent.PositionDeletes, Path = $"d{i}", ReferencedDataFile = "a", RecordCount = i == 0 ? deletedRows : 0, FileSizeInBytes = 1 }).ToList();
        var task = File("a", 100) with { Deletes = deletes };
        Assert.Equal(bins, Decide(new() { MaxDeleteFiles = 2 }, task).Count(b => b.Reasons == CompactionReasons.Deletes));
    }

    [Fact]
    public void Files_of_an_old_spec_are_rewritten_whatever_their_size() =>
        Assert.Equal(CompactionReasons.OldSpec, Decide(new(), File("old", 100, specId: 1), File("new", 100)).Single().Reasons);

    [Fact]
    public void Unsorted_files_are_rewritten_those_with_near_values_together()
    {
        var request = new CompactionRequest { Strategy = CompactionStrategy.Sort };
        var aim = Aim with { IsSorting = true, Order = ById };
        FileScanTask[] files = [File("c", 60, low: 900), File("a", 60, low: 10), File("sorted", 100, orderId: 7), File("d", 60, low: 950), File("b", 60, low: 20), File("e", 60)];
        Assert.Equal([["a", "b"], ["c", "d"], ["e"]], Names(new CompactionPolicy(request, aim, Schema).Decide(files)));
        // Of an order that the table does not have, no file can say that it is in it.
        Assert.Equal(6, new CompactionPolicy(request, aim with { Order = ById with { OrderId = 0 } }, Schema).Decide(files).Sum(b => b.Files.Count));
    }

    private static CompactionAim Aim => new(100, 75, 180, 100, 0, SortOrder.Unsorted, false);

    private static IReadOnlyList<CompactionBin> Decide(CompactionRequest request, params FileScanTask[] files) => new CompactionPolicy(request, Aim, Schema).Decide(files);

    private static IEnumerable<string[]> Names(IReadOnlyList<CompactionBin> bins) => bins.Select(b => b.Files.Select(f => f.File.Path).ToArray());

    private static FileScanTask File(string path, long bytes, string? partition = null, int specId = 0, long? low = null, int? orderId = 0)
    {
        var file = new DataFile
        {
            Path = path,
            FileSizeInBytes = bytes,
            RecordCount = 100,
            SpecId = specId,
            Partition = partition is null ? PartitionTuple.Empty : new PartitionTuple([partition]),
            SortOrderId = orderId,
            LowerBounds = low is { } value ? new ColumnMap<byte[]>([KeyValuePair.Create(1, SingleValue.Encode(PrimitiveType.Long, value))]) : ColumnMap<byte[]>.Empty,
        };
        return new FileScanTask(file, 1, [], new BoundFilter.Constant(true));
    }
}
