using System.Text;
using System.Text.Json;
using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using FeatureModel.Events;
using TestKit;

namespace Appliance.Host.Tests.Cli.Events;

public sealed class JsonEventReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_with_an_object_entity_is_an_event_and_any_other_a_row() => Assert.Equal(
        [
            """{"source":"visits","type":"buy","entity":{"member_id":7},"time":"2025-01-30T08:00:00Z","data":{ "any": [1] }}""",
            """{"id":"12","source":"visits","type":"buy","entity":{"member_id":7,"shop_id":"s1"},"time":"2025-01-30T08:00:00Z","data":{"spent":2.50}}""",
            """{"source":"visits","type":"look","entity":{"shop_id":"s2"},"time":"2025-01-30T08:00:00Z","data":{"note":"\u00e9"}}""",
        ], Read(
            """{"time":"2025-01-30T09:00:00+01:00","data":{ "any": [1] },"source":"visits","type":"buy","entity":{"member_id":7}}""",
            """{"no":12,"at":1738224000,"member_id":7,"shop_id":"s1","what":"buy","spent":2.50,"entity":"a column of that name","note":null}""",
            """{"no":null,"at":"2025-01-30 08:00:00","member_id":null,"shop_id":"s2","what":"look","note":"\u00e9"}"""));

    [Theory]
    [InlineData("""{"no":1,"member_id":7,"what":"buy"}""", "column 'at': it is missing; every row must have its event time")]
    [InlineData("""{"no":1,"at":null,"member_id":7,"what":"buy"}""", "column 'at' is 'null'; it must be a time like 2022-05-13 10:59:42+00:00")]
    [InlineData("""{"no":1,"at":"2025-01-30","member_id":7}""", "column 'what': it is missing; every row must have its event's type")]
    [InlineData("""{"no":1,"at":"2025-01-30","member_id":7,"what":5}""", "column 'what' is '5'; it must be text")]
    [InlineData("""{"no":1,"at":"2025-01-30","member_id":7,"what":""}""", "column 'what' is '\"\"'; it must not be empty")]
    [InlineData("""{"at":"2025-01-30","member_id":7,"what":"buy"}""", "column 'no': it is missing; every row must have its id, or null for none")]
    [InlineData("""{"no":[],"at":"2025-01-30","member_id":7,"what":"buy"}""", "column 'no' is '[]'; it must be text or a number")]
    [InlineData("""{"no":"","at":"2025-01-30","member_id":7,"what":"buy"}""", "column 'no' is '\"\"'; it must not be empty")]
    [InlineData("""{"no":1,"at":"2025-01-30","member_id":"7","what":"buy"}""", "column 'member_id' is '\"7\"'; it must be int64, as join key 'member_id' is")]
    [InlineData("""{"no":1,"at":"2025-01-30","what":"buy"}""", "the entity must have member_id or shop_id")]
    [InlineData("""{"no":1,"at":"2025-01-30","member_id":7,"what":"buy","spent":"much"}""", "column 'spent' is '\"much\"'; it must be double, a finite number")]
    [InlineData("""{"source":"visits","type":"buy","entity":{"member_id":7},"time":"noon","data":{}}""", "column 'time' is '\"noon\"'; it must be an RFC 3339 time")]
    [InlineData("{", "it must be JSON")]
    [InlineData("[]", "the line must hold one event")]
    public void A_wrong_line_names_file_line_member_value_and_rule_and_the_next_is_read(string line, string message)
    {
        var read = Read(line, """{"no":null,"at":"2025-01-30","member_id":9,"what":"buy"}""");
        Assert.Equal(2, read.Count);
        Assert.StartsWith($"{_folder["l.jsonl"]}:1: {message}", read[0]);
        Assert.Contains("\"member_id\":9", read[1]);
    }

    [Fact]
    public void Rows_of_a_source_that_no_view_reads_need_the_flag_for_their_entity()
    {
        var read = Read(VisitFile.Shape with { Keys = [], KeySets = [] }, """{"no":1,"at":"2025-01-30","member_id":7,"what":"buy"}""");
        Assert.Equal([$"{_folder["l.jsonl"]}:1: the entity must have a join key, which --entity must name: no feature view reads source 'visits'"], read);
    }

    private List<string> Read(params string[] lines) => Read(VisitFile.Shape, lines);

    // Events as JSON, and wrong lines as their messages.
    private List<string> Read(RowShape shape, params string[] lines)
    {
        File.WriteAllLines(_folder["l.jsonl"], lines);
        using var reader = new JsonEventReader(_folder["l.jsonl"], "visits", shape);
        using var records = new EventRecordBuffer();
        var read = new List<string>();
        for (var status = reader.Read(records); status != LineStatus.End; status = reader.Read(records))
        {
            read.Add(status == LineStatus.Wrong ? reader.Fault!.ToString() : Json(records));
            records.Clear();
        }
        return read;
    }

    private static string Json(EventRecordBuffer records)
    {
        Assert.True(EventRecord.TryParse(records.Bytes, out var record));
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) EventJsonWriter.Write(json, record);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
