using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;
using Lake.Import;
using Lake.Tests.Import;
using Lake.Types;

namespace Lake.Tests.Formats;

/// <summary>The files that implementations of Parquet test themselves with: each is imported as an independent reader reads it, or refused with its reason.</summary>
public sealed class ParquetSuiteTests
{
    // Types that a table of version 2 has not, faults, and what ParquetSharp does not read.
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["bad_data/ARROW-GH-41317.parquet"] = "has column 'null' of type null, which a table cannot have",
        ["bad_data/ARROW-GH-41321.parquet"] = "has column 'null' of type null, which a table cannot have",
        ["bad_data/ARROW-GH-45185.parquet"] = "cannot be read: IOError: The repetition level at the start of a record must be 0 but got 1",
        ["bad_data/ARROW-GH-47662.parquet"] = "cannot be read: IOError: Unexpected end of stream",
        ["bad_data/ARROW-RS-GH-6229-DICTHEADER.parquet"] = "Invalid column metadata (corrupt file?)",
        ["bad_data/ARROW-RS-GH-6229-LEVELS.parquet"] = "has column 'outer' of type list, which a table cannot have",
        ["bad_data/PARQUET-1481.parquet"] = "Invalid physical column type: UNKNOWN",
        ["data/byte_stream_split_extended.gzip.parquet"] = "has column 'float16_plain' of type halffloat, which a table cannot have",
        ["data/concatenated_gzip_members.parquet"] = "has column 'long_col' of type uint64, which a table cannot have",
        ["data/datapage_v1-corrupt-checksum.parquet"] = "CRC checksum verification failed",
        ["data/float16_nonzeros_and_nans.parquet"] = "has column 'x' of type halffloat, which a table cannot have",
        ["data/float16_zeros_and_nans.parquet"] = "has column 'x' of type halffloat, which a table cannot have",
        ["data/floating_orders_nan_count.parquet"] = "has column 'float16_ieee754' of type halffloat, which a table cannot have",
        ["data/incorrect_map_schema.parquet"] = "Map keys must be annotated as required",
        ["data/nested_structs.rust.parquet"] = "has column 'roll_num' of type struct, which a table cannot have",
        // Four kilobytes that unpack to maps of a gigabyte of text each.
        ["data/large_string_map.brotli.parquet"] = "has column 'arr.key_value.key', of which a row group unpacks to ",
        ["data/null_list.parquet"] = "has column 'emptylist' of type list, which a table cannot have",
        ["data/rle-dict-uncompressed-corrupt-checksum.parquet"] = "CRC checksum verification failed",
    };

    // What DuckDB does not read: the file that has the same rows in another codec, or what the suite's own note says of it, rows and values of each column.
    private static readonly Dictionary<string, string> Unread = new()
    {
        ["data/hadoop_lz4_compressed.parquet"] = "data/lz4_raw_compressed.parquet",
        ["data/hadoop_lz4_compressed_larger.parquet"] = "data/lz4_raw_compressed_larger.parquet",
        ["data/map_no_value.parquet"] = "3|3|3|3",
        ["data/non_hadoop_lz4_compressed.parquet"] = "data/lz4_raw_compressed.parquet",
    };

    /// <remarks>
    /// <c>bad_data/ARROW-GH-43605.parquet</c> is read: its dictionary has one value, so its page of indices has a width of 0 bits, and a bit-packed run of 2,649 groups that take no bytes. The format
    /// allows widths of 0 to 32; the file is in the suite because a reader of Go failed over it.
    /// </remarks>
    [Theory]
    [InlineData("bad_data", 8)]
    [InlineData("data", 65)]
    [InlineData("data/geospatial", 10)]
    public async Task A_file_is_imported_as_another_reader_reads_it_or_refused_by_name_with_the_reason(string folder, int count)
    {
        using var files = new TckArchive("parquet-testing.tar.xz");
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        var names = files.Names(folder, "*.parquet");
        Assert.Equal(count, names.Count);
        var different = new List<string>();
        foreach (var name in names)
        {
            var path = files[$"{folder}/{name}"];
            using var bed = new ImportBed();
            var request = bed.Request() with { Sources = [path] };
            if (Refused.TryGetValue($"{folder}/{name}", out var reason))
            {
                var message = await bed.ErrorAsync(request);
                Assert.StartsWith(path, message, StringComparison.Ordinal);
                Assert.Contains(reason, message, StringComparison.Ordinal);
                if (await bed.IsThereAsync(ImportBed.Table)) Assert.Empty(await bed.RowsAsync());
                continue;
            }
            var report = await bed.RunAsync(request);
            Assert.Equal(0, report.BadRows);
            var rows = await bed.RowsAsync();
            var columns = report.Table.Schema.Fields;
            var ours = string.Join('|', columns.SelectMany((c, i) => Sums(c, [.. rows.Select(r => r[i])])).Prepend($"{rows.Count}"));
            var known = Unread.GetValueOrDefault($"{folder}/{name}", $"{folder}/{name}");
            var theirs = known.EndsWith(".parquet", StringComparison.Ordinal) ? Row(duck, files[known], columns) : known;
            if (ours != theirs) different.Add($"{name} is {ours} here and {theirs} there");
        }
        Assert.Empty(different);
    }

    // Values of a column that are there, the sum of whole numbers and the least of the texts.
    private static IEnumerable<string> Sums(NestedField column, IReadOnlyList<object?> values)
    {
        yield return values.Count(v => v is not null).ToString(CultureInfo.InvariantCulture);
        if (column.Type == PrimitiveType.Int || column.Type == PrimitiveType.Long) yield return values.Aggregate(BigInteger.Zero, (sum, v) => v is null ? sum : sum + Convert.ToInt64(v, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
        if (column.Type == PrimitiveType.String) yield return values.OfType<string>().Order(StringComparer.Ordinal).FirstOrDefault() ?? "";
    }

    private static string Row(DuckDBConnection duck, string path, IReadOnlyList<NestedField> columns)
    {
        var asked = new List<string> { "count(*)::VARCHAR" };
        foreach (var column in columns)
        {
            var name = $"\"{column.Name}\"";
            asked.Add($"count({name})::VARCHAR");
            if (column.Type == PrimitiveType.Int || column.Type == PrimitiveType.Long) asked.Add($"coalesce(sum({name}::HUGEINT), 0)::VARCHAR");
            if (column.Type == PrimitiveType.String) asked.Add($"coalesce(min({name}), '')");
        }
        using var command = duck.CreateCommand();
        command.CommandText = $"SELECT concat_ws('|', {string.Join(", ", asked)}) FROM read_parquet('{path}')";
        return (string)command.ExecuteScalar()!;
    }
}
