using System.Text;
using System.Text.Json;
using Appliance.Host.Cli.Sending;
using Appliance.Host.Tests.Features;
using FeatureModel.Definitions;
using TestKit;

namespace Appliance.Host.Tests.Cli.Sending;

/// <summary>Files on their way to a real server over loopback.</summary>
public sealed class SendVerbTests : IDisposable
{
    private const string Header = "event_time,member_id,event,amount,channel\n";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _errors = new() { NewLine = "\n" };

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task A_table_needs_no_flags_that_the_definitions_answer_and_equal_lines_are_two_events()
    {
        await using var host = await StartAsync();
        Write("e.csv", $"{Header}2025-01-30T10:00:00Z,7,visit,,app\n2025-01-30T10:00:00Z,7,visit,,app\n2025-01-30T11:00:00Z,7,purchase,12.5,web\n");
        Assert.Equal(0, await RunAsync(host, "events", "send", _folder["e.csv"], "--source", "member_events"));
        Assert.StartsWith("3 events sent: 3 new, 0 duplicates, 0 refused", _output.ToString());
        await host.AppliedAsync(3);
        Assert.Equal((2.0, 12.5), (await ValueAsync(host, 7, "visit_30d"), await ValueAsync(host, 7, "consumption_amount")));
        Assert.Equal("", _errors.ToString());
    }

    [Fact]
    public async Task The_same_file_sent_again_is_all_duplicates_and_lines_added_to_it_are_new()
    {
        await using var host = await StartAsync();
        const string lines = "2025-01-30T10:00:00Z,7,visit,,app\n2025-01-30T10:00:00Z,7,visit,,app\n";
        Write("e.csv", Header + lines);
        Assert.Equal(0, await RunAsync(host, "events", "send", _folder["e.csv"], "--source", "member_events"));
        Write("e.csv", Header + lines + "2025-01-30T10:00:00Z,7,visit,,app\n2025-01-30T12:00:00Z,7,like,,app\n");
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(host, "events", "send", _folder["e.csv"], "--source", "member_events"));
        Assert.StartsWith("4 events sent: 2 new, 2 duplicates, 0 refused", _output.ToString());
        Assert.Equal(4, host.Platform.Journal.Records);
    }

    [Fact]
    public async Task Moved_events_end_just_before_now_and_count_once_whenever_they_are_sent()
    {
        await using var host = await StartAsync();
        Write("e.csv", $"{Header}2020-05-01T10:00:00Z,7,visit,,app\n2020-05-02T23:00:00Z,7,visit,,app\n");
        Assert.Equal(0, await RunAsync(host, "events", "send", _folder["e.csv"], "--source", "member_events", "--shift-to-now"));
        Assert.Equal($"All times are moved by {(FeatureHost.Now.Date - new DateTime(2020, 5, 3)).Days} days.\n", _errors.ToString());
        await host.AppliedAsync(2);
        var features = JsonDocument.Parse(FeatureHost.Data(await host.GetAsync("/api/features?entity=member&id=7&features=member_activity:visit_30d"))).RootElement;
        Assert.Equal("2025-01-30T23:00:00Z", features.GetProperty("features").GetProperty("member_activity:visit_30d").GetProperty("eventTime").GetString());
        host.Time.Advance(TimeSpan.FromHours(23.5));
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(host, "events", "send", _folder["e.csv"], "--source", "member_events", "--shift-to-now"));
        Assert.StartsWith("2 events sent: 0 new, 2 duplicates", _output.ToString());
    }

    [Fact]
    public async Task Flags_name_columns_that_the_definitions_do_not_know()
    {
        await using var host = await StartAsync();
        Write("e.csv", "when,who,what,no\n2025-01-30T10:00:00Z,7,visit,a1\n2025-01-30T10:00:00Z,7,visit,a1\n");
        Assert.Equal(0, await RunAsync(
            host, "events", "send", _folder["e.csv"], "--source", "member_events", "--event-time", "when", "--type", "what", "--entity", "who=member_id", "--id", "no"));
        Assert.StartsWith("2 events sent: 1 new, 1 duplicates", _output.ToString());
        Assert.Equal($"{_folder["e.csv"]}: source 'member_events' has fields that the file has no column for: amount, channel\n", _errors.ToString());
        await host.AppliedAsync(1);
        Assert.Equal(1, await ValueAsync(host, 7, "visit_30d"));
    }

    [Fact]
    public async Task Events_a_line_say_themselves_where_they_come_from()
    {
        await using var host = await StartAsync();
        const string good = """{"source":"member_events","type":"visit","entity":{"member_id":7},"time":"2025-01-30T10:00:00Z","data":{"channel":"app"}}""";
        Write("e.jsonl", $"{good}\n{good}\n{good.Replace("\"app\"", "5")}\n");
        Assert.Equal(0, await RunAsync(host, "events", "send", _folder["e.jsonl"], "--skip-bad-lines"));
        Assert.StartsWith("2 events sent: 2 new, 0 duplicates, 1 refused", _output.ToString());
        Assert.Equal($"{_folder["e.jsonl"]}:3: data.channel is 5; it must be string\n", _errors.ToString());
    }

    [Fact]
    public async Task Rows_that_hold_since_ever_are_written_and_sending_them_again_writes_nothing()
    {
        await using var host = await StartAsync();
        Write("m.csv", "member_id,tenure_days,age_band,store_id\n7,100,25-34,3\n8,,45+,\n");
        // On the host's clock: the created time of these rows.
        File.SetLastWriteTimeUtc(_folder["m.csv"], FeatureHost.Now.UtcDateTime);
        Assert.Equal(0, await RunAsync(host, "rows", "send", _folder["m.csv"], "--view", "member_profile"));
        Assert.StartsWith("2 rows sent: 2 new, 0 duplicates, 0 refused", _output.ToString());
        await host.AppliedAsync(2);
        Assert.Equal(
            """{"entity":{"member_id":7},"features":{"member_profile:age_band":{"value":"25-34","eventTime":"1970-01-01T00:00:00Z","status":"PRESENT"}}}""",
            FeatureHost.Data(await host.GetAsync("/api/features?entity=member&id=7&features=member_profile:age_band")));
        _output.GetStringBuilder().Clear();
        Assert.Equal(0, await RunAsync(host, "rows", "send", _folder["m.csv"], "--view", "member_profile"));
        Assert.StartsWith("2 rows sent: 0 new, 2 duplicates", _output.ToString());
    }

    [Fact]
    public async Task Of_two_files_that_hold_since_ever_the_one_written_later_counts_whichever_is_sent_last()
    {
        await using var host = await StartAsync();
        Write("new.csv", "member_id,tenure_days,age_band,store_id\n7,2,new,3\n7,1,newest,3\n7,2,new,3\n");
        Write("old.csv", "member_id,tenure_days,age_band,store_id\n7,1,old,3\n");
        File.SetLastWriteTimeUtc(_folder["old.csv"], new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(_folder["new.csv"], new DateTime(2025, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(0, await RunAsync(host, "rows", "send", _folder["new.csv"], _folder["old.csv"], "--view", "member_profile"));
        await host.AppliedAsync(4);
        Assert.Contains("\"new\"", FeatureHost.Data(await host.GetAsync("/api/features?entity=member&id=7&features=member_profile:age_band")));
    }

    [Fact]
    public async Task Rows_may_hold_from_now_on()
    {
        await using var host = await StartAsync();
        Write("m.jsonl", """{"id":7,"tenure_days":100,"age_band":"x","store_id":null}""");
        Assert.Equal(0, await RunAsync(host, "rows", "send", _folder["m.jsonl"], "--view", "member_profile", "--event-time", "now", "--entity", "id=member_id"));
        await host.AppliedAsync(1);
        Assert.Contains("\"eventTime\":\"2025-01-31T00:00:00Z\"", FeatureHost.Data(await host.GetAsync("/api/features?entity=member&id=7&features=member_profile:age_band")));
    }

    [Theory]
    [InlineData("there is no such file", "events", "send", "none.csv", "--source", "member_events")]
    [InlineData("e.csv: --source must say where a table's events come from", "events", "send", "e.csv")]
    [InlineData("source is 'member_event'; there is none of that name; did you mean 'member_events'?", "events", "send", "e.csv", "--source", "member_event")]
    [InlineData("source 'member_table' is of kind file; events are sent to sources of kind events", "events", "send", "e.csv", "--source", "member_table")]
    [InlineData("--entity names 'membr_id', which is no join key of an entity; did you mean 'member_id'?", "events", "send", "e.csv", "--source", "member_events", "--entity", "member_id=membr_id")]
    [InlineData("feature view 'member_activity' is of kind stream; rows are taken by views of kind batch alone", "rows", "send", "e.csv", "--view", "member_activity")]
    [InlineData("--entity names 'shop', which is no join key of feature view 'member_profile'", "rows", "send", "e.csv", "--view", "member_profile", "--entity", "shop")]
    [InlineData("--event-time, --type, --entity and --id name columns of rows; without --source these files hold whole events", "events", "send", "e.jsonl", "--id", "x")]
    public async Task What_cannot_be_sent_is_told(string message, params string[] args)
    {
        await using var host = await StartAsync();
        Write("e.csv", Header);
        Write("e.jsonl", "");
        Assert.Equal(1, await RunAsync(host, args[0], [.. args[1..].Select(a => a.EndsWith(".csv") || a.EndsWith(".jsonl") ? _folder[a] : a)]));
        Assert.Contains(message, _errors.ToString());
        Assert.Equal(0, host.Platform.Journal.Records);
    }

    [Fact]
    public async Task A_wrong_command_line_exits_with_2()
    {
        using var http = new HttpClient();
        Assert.Equal(2, await new SendVerb(http, _output, _errors, TimeProvider.System).RunAsync("events", ["push"], TestContext.Current.CancellationToken));
        Assert.Equal("appliance: events 'push' is no command; it must be send. See 'appliance help'.\n", _errors.ToString());
    }

    private static Task<FeatureHost> StartAsync() => FeatureHost.StartAsync(DefinitionFiles.ReadFolder(SampleFeaturesTests.Samples()).Definitions);

    private void Write(string name, string text) => File.WriteAllText(_folder[name], text, new UTF8Encoding(false));

    private Task<int> RunAsync(FeatureHost host, string verb, params string[] args) =>
        new SendVerb(host.Plain, _output, _errors, host.Time).RunAsync(verb, [.. args, "--server", $"{host.Plain.BaseAddress}"], TestContext.Current.CancellationToken);

    private static async Task<double> ValueAsync(FeatureHost host, long member, string feature) =>
        JsonDocument.Parse(FeatureHost.Data(await host.GetAsync($"/api/features?entity=member&id={member}&features=member_activity:{feature}")))
            .RootElement.GetProperty("features").GetProperty($"member_activity:{feature}").GetProperty("value").GetDouble();
}
