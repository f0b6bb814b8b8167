using Lake.Import;
using Lake.Import.Building;
using Lake.Import.Csv;
using Lake.Import.Inference;
using Lake.Types;
using Microsoft.Extensions.Time.Testing;

namespace Lake.Tests.Import;

public sealed class ImportTextsTests
{
    [Theory]
    [InlineData("2024-01-31T13:05:09.123456Z", 1_706_706_309_123_456, true)]
    [InlineData("2024-01-31 13:05:09,5+08", 1_706_677_509_500_000, true)]
    [InlineData("2024-01-31 13:05 -0530", 1_706_726_100_000_000, true)]
    [InlineData("2024-01-31T13:05:09.123456789+00:00", 1_706_706_309_123_456, true)]
    [InlineData("1969-12-31T23:59:59.999999", -1, false)]
    [InlineData("0001-01-01", -62_135_596_800_000_000, false)]
    public void Times_are_read_to_the_microsecond_with_and_without_zones(string text, long micros, bool hasZone)
    {
        Assert.True(TimeTexts.TryTimestamp(text, out var read, out var zone));
        Assert.Equal((micros, hasZone), (read, zone));
    }

    [Theory]
    [InlineData("2024-02-30")]
    [InlineData("0000-01-01")]
    [InlineData("2024-1-1")]
    [InlineData("2024-01-31T25:00:00")]
    [InlineData("2024-01-31T13:05:60")]
    [InlineData("2024-01-31T13:05:09.")]
    [InlineData("2024-01-31T13:05:09.1234567890")]
    [InlineData("2024-01-31T13:05:09+8")]
    [InlineData("2024-01-31T13:05:09+19:00")]
    [InlineData("2024-01-31x13:05:09")]
    [InlineData("")]
    public void What_is_no_time_is_not_read(string text) => Assert.False(TimeTexts.TryTimestamp(text, out _, out _));

    [Theory]
    [InlineData("12.50", "1250")]
    [InlineData("-0.5", "-50")]
    [InlineData("+7", "700")]
    [InlineData("1.2500", "125")]
    [InlineData(".5", "50")]
    [InlineData("999.99", "99999")]
    [InlineData("1000", null)]
    [InlineData("1.255", null)]
    [InlineData("1e2", null)]
    [InlineData("1.2.3", null)]
    [InlineData("-", null)]
    [InlineData("", null)]
    public void Decimals_are_read_without_loss_or_not_at_all(string text, string? unscaled) =>
        Assert.Equal(unscaled, new DecimalParser(5, 2).TryText(text, out var value) ? value.ToString() : null);

    [Fact]
    public void A_decimal_of_all_digits_is_read_and_one_more_is_not()
    {
        Assert.True(new DecimalParser(38, 0).TryText(new string('9', 38), out var most));
        Assert.Equal(new string('9', 38), most.ToString());
        Assert.False(new DecimalParser(38, 0).TryText("1" + new string('0', 38), out _));
        Assert.False(new DecimalParser(38, 38).TryText("1", out _));
    }

    [Theory]
    [InlineData("int", "1", "-5")]
    [InlineData("long", "1", "3000000000")]
    [InlineData("decimal(38,0)", "1", "99999999999999999999")]
    [InlineData("double", "1", "2.5")]
    [InlineData("double", "1.5", "NaN")]
    [InlineData("string", "007", "1")]
    [InlineData("boolean", "true", "FALSE")]
    [InlineData("string", "true", "1")]
    [InlineData("date", "2024-01-01", "1999-12-31")]
    [InlineData("timestamp", "2024-01-01", "2024-01-01 10:00")]
    [InlineData("timestamptz", "2024-01-01T10:00Z", "2024-01-01T10:00+01:00")]
    [InlineData("string", "2024-01-01T10:00Z", "2024-01-01T10:00")]
    [InlineData("string", "", "1")]
    [InlineData("string", "+15551234567", "+442071838750")]
    [InlineData("string", "+15551234567", "15551234568")]
    [InlineData("string", "+1.5")]
    [InlineData("string", "00123", "4")]
    [InlineData("string", "-007")]
    [InlineData("string", "00.5")]
    [InlineData("double", "0.5", "-0.25")]
    public void The_narrowest_type_that_all_values_have_is_guessed(string type, params string[] values)
    {
        var guess = new TextGuess();
        foreach (var value in values) guess.See(value);
        Assert.Equal(type, guess.Type(isAll: true, fractionsAreDecimals: false)!.ToString());
    }

    [Fact]
    public void An_int_is_guessed_only_where_all_values_were_seen_and_a_decimal_where_it_is_asked_for()
    {
        var guess = new TextGuess();
        Assert.Null(guess.Type(true, false));
        guess.See("12");
        Assert.Equal(PrimitiveType.Long, guess.Type(isAll: false, false));
        guess.See("-3.25");
        Assert.Equal("decimal(38,2)", guess.Type(false, fractionsAreDecimals: true)!.ToString());
        guess.See("1e3");
        Assert.Equal(PrimitiveType.Double, guess.Type(false, fractionsAreDecimals: true));
    }

    [Theory]
    [InlineData("a,b\n1;2", ',')]
    [InlineData("\"a,b,c\";d", ';')]
    [InlineData("a", ',')]
    [InlineData("a\tb|c\td", '\t')]
    public void The_delimiter_is_what_the_first_line_has_most_of(string text, char delimiter) => Assert.Equal(delimiter, CsvDelimiter.Of(text, '"'));

    [Fact]
    public void Columns_are_read_from_text()
    {
        var schema = SchemaText.Parse("id long NOT NULL\n\"first name\" string, price decimal( 9, 2 )\nwho struct<a: int not null,\n  b: list<string not null>>\nm map<string, struct<x double>>\ndoc json");
        Assert.Equal("id long not null, first name string, price decimal(9,2), who struct<5: a: required int, 6: b: optional list<string>>, m map<string, struct<11: x: optional double>>, doc string json", ImportBed.Columns(schema));
        Assert.True(schema.Find("who.b.element")!.IsRequired);
    }

    [Theory]
    [InlineData("", "columns have the end at character 1; there must be a column as 'name type'")]
    [InlineData("id lon", "columns have 'lon' at character 4; there must be a type of Iceberg, like long, decimal(9,2), timestamptz, string, list<string>")]
    [InlineData("id long not", "columns have the end at character 12; there must be null, after not")]
    [InlineData("id list<int", "columns have the end at character 12; there must be '>'")]
    [InlineData("id timestamp_ns", "columns have 'timestamp_ns' at character 4; there must be a type of Iceberg, like long, decimal(9,2), timestamptz, string, list<string>")]
    [InlineData("id int, id int", "columns cannot be read: field name is 'id' twice; it must be unique in a schema")]
    public void Columns_that_are_none_are_told_by_place_and_rule(string text, string message) => Assert.Equal(message, Assert.Throws<ImportException>(() => SchemaText.Parse(text)).Message);

    [Theory]
    [InlineData("week(at)", "partition is 'week(at)'; transforms are year, month, day, hour, bucket(n, column), truncate(n, column) and void, n being 1 or more")]
    [InlineData("bucket(0, at)", "partition is 'bucket(0, at)'; transforms are year, month, day, hour, bucket(n, column), truncate(n, column) and void, n being 1 or more")]
    [InlineData("day(id)", "partition column 'id' is long; day does not take it")]
    [InlineData("id,,at", "partitions is 'id,,at'; it must be columns or transforms of columns, with commas between")]
    [InlineData("id desc", "partition is 'id desc'; it must be a column or transform(column)")]
    [InlineData("ids", "partition column is 'ids'; the table has no column of that name")]
    public void Partitions_that_are_none_are_told_by_value_and_rule(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ImportException>(() => LayoutText.Partitions(text, SchemaText.Parse("id long, at date"), new FakeTimeProvider())).Message);

    [Fact]
    public void Partitions_and_orders_are_read_from_text()
    {
        var schema = SchemaText.Parse("id long, at date, name string");
        Assert.Equal(["at_day day", "id_bucket_16 bucket[16]", "name_trunc_3 truncate[3]", "id identity"], LayoutText.Partitions("days(at), bucket(16, id), truncate(name, 3), id", schema, new FakeTimeProvider()).Fields.Select(f => $"{f.Name} {f.Transform}"));
        Assert.Equal(["id_null void", "name_null void"], LayoutText.Partitions("void(id), VOID(name)", schema, new FakeTimeProvider()).Fields.Select(f => $"{f.Name} {f.Transform}"));
        Assert.Equal("sort column 'id' is taken by void, which orders nothing", Assert.Throws<ImportException>(() => LayoutText.Sort("void(id)", schema)).Message);
        Assert.Equal([(1, false, true), (2, true, false), (3, false, false)], LayoutText.Sort("id, month(at) DESC, name asc nulls last", schema).Fields.Select(f => (f.SourceId, f.IsDescending, f.NullsFirst)));
        Assert.Equal("sort order is 'id down'; behind the column there may be asc or desc, and nulls first or nulls last", Assert.Throws<ImportException>(() => LayoutText.Sort("id down", schema)).Message);
    }

    [Theory]
    [InlineData("Order ID", "1 identity")]
    [InlineData("\"Order ID\"", "1 identity")]
    [InlineData("bucket(4, Order ID)", "1 bucket[4]")]
    [InlineData("bucket(4, \"Order ID\"), \"a, (b)\"", "1 bucket[4], 2 identity")]
    [InlineData("truncate(\"a, (b)\", 3)", "2 truncate[3]")]
    [InlineData("\"say \"\"hi\"\"\", day(\"at\")", "3 identity, 4 day")]
    public void Names_of_columns_may_stand_in_quotes(string text, string expected)
    {
        var schema = Odd();
        Assert.Equal(expected, string.Join(", ", LayoutText.Partitions(text, schema, new FakeTimeProvider()).Fields.Select(f => $"{f.SourceId} {f.Transform}")));
    }

    [Fact]
    public void An_order_by_a_quoted_name_has_its_direction_behind_the_quotes()
    {
        Assert.Equal([(1, true, true), (2, false, false), (3, false, true)], LayoutText.Sort("\"Order ID\" desc nulls first, truncate(2, \"a, (b)\") nulls last, say \"hi\"", Odd()).Fields.Select(f => (f.SourceId, f.IsDescending, f.NullsFirst)));
        Assert.Equal("sort order is '\"Order ID\" down'; behind the column there may be asc or desc, and nulls first or nulls last", Assert.Throws<ImportException>(() => LayoutText.Sort("\"Order ID\" down", Odd())).Message);
        Assert.Equal("partition column is 'nope'; the table has no column of that name", Assert.Throws<ImportException>(() => LayoutText.Partitions("\"nope\"", Odd(), new FakeTimeProvider())).Message);
    }

    private static TableSchema Odd() => new(0, [NestedField.Optional(1, "Order ID", PrimitiveType.Long), NestedField.Optional(2, "a, (b)", PrimitiveType.String), NestedField.Optional(3, "say \"hi\"", PrimitiveType.String), NestedField.Optional(4, "at", PrimitiveType.Date)]);
}
