using System.Text;
using Appliance.Host.Cli.Files;
using Appliance.Host.Cli.Events;
using FeatureModel.Events;
using FeatureModel.Values;
using TestKit;

namespace Appliance.Host.Tests.Cli.Events;

public sealed class EventReaderTests : IDisposable
{
    private static readonly KeyColumn User = new("member", "user_id", FeatureDataType.Int64);
    private static readonly KeyColumn Shop = new("shop_code", "shop_code", FeatureDataType.String);

    private static readonly RowShape Shape = new()
    {
        Source = "clicks",
        TimeColumn = "at",
        TypeColumn = "what",
        CreatedColumn = "made",
        Keys = [User, Shop],
        KeySets = [["user_id"], ["shop_code"]],
        Fields = [new("price", FeatureDataType.Double), new("where", FeatureDataType.String)],
    };

    private static readonly RowShape RowShape = new()
    {
        Source = "shop_push",
        FixedType = "row",
        FixedTime = 0,
        FixedCreated = 5_000_000,
        Keys = [Shop],
        KeySets = [["shop_code"]],
        Fields = [new("area", FeatureDataType.Float), new("note", FeatureDataType.String)],
        RequiredFields = ["area"],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_of_a_table_becomes_an_event_and_absent_cells_are_left_out()
    {
        var read = ReadTable("at,member,shop_code,what,made,price,where\n2025-01-01T00:50:02Z,7,,visit,,,\"\"\n2025-01-01T00:50:03Z,8,s1,buy,2025-01-02,12.50,web\n", Shape);
        Assert.Equal(
            [
                """{"source":"clicks","type":"visit","entity":{"user_id":7},"time":"2025-01-01T00:50:02Z","data":{"where":""}}""",
                """{"source":"clicks","type":"buy","entity":{"shop_code":"s1","user_id":8},"time":"2025-01-01T00:50:03Z","created":"2025-01-02T00:00:00Z","data":{"price":12.5,"where":"web"}}""",
            ], read);
    }

    [Fact]
    public void A_column_of_ids_gives_each_event_its_own() => Assert.Equal(
        ["""{"id":"o-1","source":"clicks","type":"buy","entity":{"user_id":7},"time":"2025-01-01T00:00:00Z","data":{}}"""],
        ReadTable("at,member,what,order\n2025-01-01,7,buy,o-1\n", Shape with { IdColumn = "order" }));

    [Theory]
    [InlineData("x,7,visit,1,a", "column 'at' is 'x'; it must be a time like 2022-05-13 10:59:42+00:00")]
    [InlineData("2025-01-01,7.5,visit,1,a", "column 'member' is '7.5'; it must be int64, as join key 'user_id' is")]
    [InlineData("2025-01-01,,visit,1,a", "column 'member': the entity must have user_id or shop_code")]
    [InlineData("2025-01-01,7,,1,a", "column 'what' is ''; it must not be empty")]
    [InlineData("2025-01-01,7,visit,1;5,a", "column 'price' is '1;5'; it must be double, a finite number")]
    [InlineData("2025-01-01,7,visit,1", "the row has 4 fields; it must have 5, as the header has")]
    public void A_wrong_row_names_file_line_column_value_and_rule_and_the_next_is_read(string row, string message)
    {
        var read = ReadTable($"at,member,what,price,where\n{row}\n2025-01-01,9,visit,,\n", Shape);
        Assert.Equal(2, read.Count);
        Assert.StartsWith($"{_folder["t.csv"]}:2: {message}", read[0]);
        Assert.Contains("\"user_id\":9", read[1]);
    }

    [Theory]
    [InlineData("member,what\n", "there is no column 'at' for the event time")]
    [InlineData("at,member\n", "there is no column 'what' for the event's type")]
    [InlineData("at,what,price\n", "there is no column for the entity: it must have user_id or shop_code; the columns are at, what, price")]
    public void A_table_without_a_column_that_it_needs_is_refused(string header, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => ReadTable(header, Shape)).Message);

    [Fact]
    public void What_is_left_out_and_what_is_not_there_is_said()
    {
        File.WriteAllText(_folder["t.csv"], "at,member,what,wheer,made\n");
        using var reader = new CsvEventReader(_folder["t.csv"], Shape);
        Assert.Equal(
            [
                $"{_folder["t.csv"]}: columns that source 'clicks' does not declare are left out: wheer",
                $"{_folder["t.csv"]}: source 'clicks' has fields that the file has no column for: price, where",
            ], reader.Notes);
    }

    [Fact]
    public void A_row_of_a_view_has_the_fixed_times_and_its_key() => Assert.Equal(
        ["""{"source":"shop_push","type":"row","entity":{"shop_code":"s1"},"time":"1970-01-01T00:00:00Z","created":"1970-01-01T00:00:05Z","data":{"area":2.5}}"""],
        ReadTable("shop_code,area\ns1,2.5\n", RowShape));

    [Fact]
    public void A_table_without_a_feature_of_the_view_is_refused() =>
        Assert.Contains("there is no column 'area' for the feature of that name", Assert.Throws<InputException>(() => ReadTable("shop_code,note\n", RowShape)).Message);

    [Fact]
    public void Objects_a_line_are_rows_too() => Assert.Equal(
        [
            """{"source":"shop_push","type":"row","entity":{"shop_code":"s1"},"time":"1970-01-01T00:00:00Z","created":"1970-01-01T00:00:05Z","data":{"area":2.5}}""",
            """{"source":"shop_push","type":"row","entity":{"shop_code":"s2"},"time":"1970-01-01T00:00:00Z","created":"1970-01-01T00:00:05Z","data":{"area":null,"note":"x"}}""",
        ], ReadLines("{\"shop_code\":\"s1\",\"area\":2.5,\"other\":1}\n{\"area\":null,\"note\":\"x\",\"shop_code\":\"s2\"}\n", f => new JsonRowReader(f, RowShape)));

    [Theory]
    [InlineData("1795946000", "2026-11-29T09:53:20Z")]
    [InlineData("1795946000.5", "2026-11-29T09:53:20.500000Z")]
    [InlineData("\"2026-11-29\"", "2026-11-29T00:00:00Z")]
    [InlineData("\"2026-11-29 10:00:00\"", "2026-11-29T10:00:00Z")]
    [InlineData("\"2026-11-29T10:00:00\"", "2026-11-29T10:00:00Z")]
    public void A_moment_of_an_object_is_taken_as_in_a_table(string value, string moment)
    {
        var shape = RowShape with { Fields = [new("area", FeatureDataType.UnixTimestamp), new("seen", FeatureDataType.UnixTimestampList)] };
        Assert.Equal(
            [$$$"""{"source":"shop_push","type":"row","entity":{"shop_code":"s"},"time":"1970-01-01T00:00:00Z","created":"1970-01-01T00:00:05Z","data":{"area":"{{{moment}}}","seen":["{{{moment}}}"]}}"""],
            ReadLines($"{{\"shop_code\":\"s\",\"area\":{value},\"seen\":[{value}]}}\n", f => new JsonRowReader(f, shape)));
    }

    [Theory]
    [InlineData("{\"area\":1}", "column 'shop_code': it is missing; every row must have its key")]
    [InlineData("{\"shop_code\":5,\"area\":1}", "column 'shop_code' is '5'; it must be string, as join key 'shop_code' is")]
    [InlineData("{\"shop_code\":\"s\"}", "column 'area': it is missing; a row must have every feature of the views that it goes to, or null for it")]
    [InlineData("{\"shop_code\":\"s\",\"area\":\"big\"}", "column 'area' is '\"big\"'; it must be float, a finite number")]
    [InlineData("[1]", "the line must hold one JSON object")]
    [InlineData("{\"shop_code\":", "the line must be JSON")]
    [InlineData("{\"shop_code\":\"\\ud800\",\"area\":1}", "the line must hold whole Unicode characters")]
    public void A_wrong_object_names_file_line_member_value_and_rule(string line, string message) =>
        Assert.StartsWith($"{_folder["l.jsonl"]}:1: {message}", Assert.Single(ReadLines(line, f => new JsonRowReader(f, RowShape))));

    [Fact]
    public void Events_a_line_are_read_as_they_are()
    {
        const string one = """{"id":"1","source":"clicks","type":"buy","entity":{"user_id":7},"time":"2025-01-01T00:00:00Z","data":{ "any": [1] }}""";
        Assert.Equal([one, one], ReadLines($"{one}\n\n{one}", f => new JsonEventReader(f, null, null)));
    }

    [Theory]
    [InlineData("""{"source":"clicks","type":"buy","time":"2025-01-01T00:00:00Z","data":{}}""", "column 'entity': it is missing; every event has source, type, entity, time and data")]
    [InlineData("""{"source":"clicks","type":"buy","entity":{"user_id":7},"time":"noon","data":{}}""", "column 'time' is '\"noon\"'; it must be an RFC 3339 time")]
    [InlineData("""{"source":"other","type":"buy","entity":{"user_id":7},"time":"2025-01-01T00:00:00Z","data":{}}""", "column 'source' is 'other'; it must be 'clicks', as --source says")]
    [InlineData("[]", "the line must hold one event")]
    [InlineData("{", "it must be JSON")]
    public void A_wrong_event_names_file_line_member_value_and_rule(string line, string message) =>
        Assert.StartsWith($"{_folder["l.jsonl"]}:1: {message}", Assert.Single(ReadLines(line, f => new JsonEventReader(f, "clicks", null))));

    private List<string> ReadTable(string text, RowShape shape)
    {
        File.WriteAllText(_folder["t.csv"], text);
        return Read(new CsvEventReader(_folder["t.csv"], shape));
    }

    private List<string> ReadLines(string text, Func<string, IEventReader> open)
    {
        File.WriteAllText(_folder["l.jsonl"], text);
        return Read(open(_folder["l.jsonl"]));
    }

    // Events as JSON, and wrong lines as their messages.
    private static List<string> Read(IEventReader reader)
    {
        using (reader)
        {
            var lines = new List<string>();
            while (true)
            {
                using var records = new EventRecordBuffer();
                var status = reader.Read(records);
                if (status == LineStatus.End) return lines;
                lines.Add(status == LineStatus.Wrong ? reader.Fault!.ToString() : Json(records));
            }
        }
    }

    private static string Json(EventRecordBuffer records)
    {
        Assert.True(EventRecord.TryParse(records.Bytes, out var record));
        var bytes = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(bytes)) EventJsonWriter.Write(json, record);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
