using Lake.Files.Parquet;
using Lake.Tests.Tables;
using Lake.Types;
using ParquetSharp;

namespace Lake.Tests.Files.Parquet;

public sealed class DictionaryPolicyTests : IDisposable
{
    private const int Seed = 11, Rows = 5000;

    private readonly LakeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(50_000, true)]
    [InlineData(4_000_000, false)]
    public void Random_numbers_get_a_dictionary_where_all_of_them_fit_into_one(int distinct, bool worth)
    {
        var random = new Random(Seed);
        Assert.Equal(worth, IsWorthIt(PrimitiveType.Long, Rows, _ => (long)random.Next(distinct)));
        Assert.Equal(worth, IsWorthIt(PrimitiveType.Float, Rows, _ => (float)random.Next(distinct)));
        Assert.Equal(worth, IsWorthIt(PrimitiveType.Timestamp, Rows, _ => random.Next(distinct) * 1000L));
    }

    [Fact]
    public void Texts_count_by_their_length()
    {
        var random = new Random(Seed);
        Assert.True(IsWorthIt(PrimitiveType.String, Rows, _ => $"customer {random.Next(10_000)}"));
        Assert.False(IsWorthIt(PrimitiveType.String, Rows, _ => $"customer {random.Next(10_000)} {new string('x', 200)}"));
        Assert.False(IsWorthIt(PrimitiveType.Uuid, Rows, i => new Guid(i, 0, 0, new byte[8])));
    }

    [Fact]
    public void Values_of_which_none_comes_twice_get_none_and_values_in_order_that_do_get_one()
    {
        Assert.False(IsWorthIt(PrimitiveType.Long, Rows, i => (long)i));
        Assert.True(IsWorthIt(PrimitiveType.Long, Rows, i => (long)(i / 20)));
    }

    [Fact]
    public void Few_rows_and_nulls_tell_nothing()
    {
        Assert.True(IsWorthIt(PrimitiveType.Long, 1000, i => (long)i));
        Assert.True(IsWorthIt(PrimitiveType.Long, Rows, _ => null));
        Assert.True(IsWorthIt(PrimitiveType.Long, Rows, i => i % 8 == 0 ? (long)i : null));
        Assert.True(IsWorthIt(PrimitiveType.Boolean, Rows, i => i % 2 == 0));
    }

    [Fact]
    public async Task A_file_has_dictionaries_for_the_columns_that_are_worth_one_and_the_same_rows()
    {
        var table = await _bed.CreateAsync(new TableSchema(0, [NestedField.Required(1, "id", PrimitiveType.Long), NestedField.Optional(2, "shop.name", PrimitiveType.String)]));
        object?[][] rows = [.. Enumerable.Range(0, Rows).Select(i => new object?[] { (long)i, i % 7 == 0 ? null : $"shop {i % 9}" })];
        table = await Lake.Write.TableAppends.AppendAsync(table, [LakeBed.Rows(table.Schema.Fields, rows)], LakeBed.Cancellation);
        Assert.Equal(rows, await LakeBed.ReadAsync(table));
        var file = Assert.Single(Directory.EnumerateFiles($"{table.Metadata.Location}/data", "*.parquet"));
        using var reader = new ParquetFileReader(file);
        using var group = reader.RowGroup(0);
        using var id = group.MetaData.GetColumnChunkMetaData(0);
        using var name = group.MetaData.GetColumnChunkMetaData(1);
        Assert.DoesNotContain(Encoding.RleDictionary, id.Encodings);
        Assert.Contains(Encoding.RleDictionary, name.Encodings);
    }

    private static bool IsWorthIt(PrimitiveType type, int rows, Func<int, object?> value) =>
        DictionaryPolicy.IsWorthIt(ArrowRows.Array(NestedField.Optional(1, "a", type), [.. Enumerable.Range(0, rows).Select(value)]));
}
