using System.Globalization;
using System.IO.Compression;
using System.Text;
using Appliance.Features.Reading;
using Appliance.Host.Cli.Backfill;
using Contracts.Features;
using FeatureModel.Definitions;
using FeatureModel.Values;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using TestKit;

namespace Appliance.Host.Tests.Features;

public sealed class BackfillVerbTests : IAsyncLifetime
{
    private const string Definitions = """
        { "entities": [{ "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }] }],
          "sources": [{ "name": "visits", "kind": "events", "path": "nowhere/visits.csv", "eventTimeColumn": "at", "typeColumn": "what",
            "fields": [{ "name": "spent", "type": "double" }, { "name": "shop", "type": "string" }] }],
          "featureViews": [{ "name": "activity", "kind": "stream", "entities": ["member"], "source": "visits", "features": [
            { "name": "visits_30d", "type": "int64", "aggregate": { "function": "count", "window": "30d" } },
            { "name": "spent_30d", "type": "double", "aggregate": { "function": "sum", "field": "spent", "where": "type == 'buy'", "window": "30d" } },
            { "name": "named_30d", "type": "int64", "aggregate": { "function": "count", "where": "shop == 'one, \"two\"' or shop == '东店'", "window": "30d" } }] }] }
        """;

    private const string Csv = "at,member_id,what,spent,shop,number\n2025-01-02T00:00:00Z,7,buy,2.5,\"one, \"\"two\"\"\",a\n2025-01-03T00:00:00Z,7,look,,,b\n\n2025-01-04T00:00:00Z,8,buy,4,东店,c\n";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _errors = new(CultureInfo.InvariantCulture);
    private FeatureHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "test");
        Assert.Empty(read.Errors);
        _host = await FeatureHost.StartAsync(read.Definitions);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_table_comes_in_by_the_columns_that_the_source_names_and_a_repeated_run_passes_it_over()
    {
        var file = File("visits.csv.gz", Csv);
        Assert.Equal((0, "activity: 3 read, 3 appended, 0 already there, 0 passed over, 0 refused"), await RunAsync("activity", "--file", file));
        Assert.Equal((0, "activity: 3 read, 0 appended, 3 already there, 0 passed over, 0 refused"), await RunAsync("activity", "--file", file));
        await _host.AppliedAsync(3);
        Assert.Equal([FeatureValue.Of(2L), FeatureValue.Of(2.5), FeatureValue.Of(1L)], Read(7));
        Assert.Equal([FeatureValue.Of(1L), FeatureValue.Of(4.0), FeatureValue.Of(1L)], Read(8));
    }

    [Fact]
    public async Task An_event_that_the_stream_had_under_its_id_is_found_by_the_column_of_ids()
    {
        var (status, body) = await _host.PostAsync("/api/events", """{"id":"b","source":"visits","type":"look","entity":{"member_id":7},"time":"2025-01-03T00:00:00Z","data":{}}""");
        Assert.True(status == System.Net.HttpStatusCode.OK, body);
        Assert.Equal((0, "activity: 3 read, 2 appended, 1 already there, 0 passed over, 0 refused"), await RunAsync("activity", "--file", File("visits.csv", Csv), "--id", "number"));
        await _host.AppliedAsync(3);
        Assert.Equal(FeatureValue.Of(2L), Read(7)[0]);
    }

    [Fact]
    public async Task Columns_that_are_left_out_are_told_and_flags_name_those_that_the_definitions_do_not_know()
    {
        var file = File("visits.csv", "when,who,kind,spent,shop\n2025-01-02,7,buy,2.5,a\n2025-01-02,7,buy,2.5,a\n");
        Assert.Equal(
            (0, "activity: 2 read, 2 appended, 0 already there, 0 passed over, 0 refused"),
            await RunAsync("activity", "--file", file, "--event-time", "when", "--entity", "who=member_id", "--type", "kind"));
        Assert.Equal("", _errors.ToString());
        Assert.Equal(0, (await RunAsync("activity", "--file", File("more.csv", Csv))).Code);
        Assert.Equal($"{_folder["more.csv"]}: columns that source 'visits' does not declare are left out: number\n", _errors.ToString());
    }

    [Fact]
    public async Task A_file_that_is_torn_ends_the_run_and_the_view_is_free_for_the_next_one()
    {
        var file = File("visits.csv.gz", "at,member_id,what,spent,shop\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"2025-01-02T00:00:{i % 60:00}Z,{i * 7919 % 10_007},buy,{i},\n")));
        var whole = System.IO.File.ReadAllBytes(file);
        System.IO.File.WriteAllBytes(file, whole[..(whole.Length / 2)]);
        Assert.Equal(1, (await RunAsync("activity", "--file", file)).Code);
        Assert.Matches(@"visits\.csv\.gz: it cannot be read behind line \d+: .*\. What was acknowledged stays; a repeated run passes it over\.\n$", _errors.ToString());
        Assert.Equal(0, (await RunAsync("activity", "--file", File("other.csv", Csv))).Code);
    }

    [Fact]
    public async Task An_address_that_does_not_answer_as_grpc_is_told_as_such()
    {
        using var channel = GrpcChannel.ForAddress(_host.Plain.BaseAddress!);
        Assert.True(BackfillArguments.TryParse(["activity", "--server", $"{_host.Plain.BaseAddress}"], out var arguments, out _));
        Assert.Equal(1, await new BackfillVerb(channel, _output, _errors).RunAsync(arguments, TestContext.Current.CancellationToken));
        Assert.StartsWith($"appliance: {_host.Plain.BaseAddress} cannot be reached over gRPC: ", _errors.ToString());
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_told_with_its_address()
    {
        using var bound = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        bound.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        using var channel = GrpcChannel.ForAddress($"http://{bound.LocalEndPoint}");
        Assert.True(BackfillArguments.TryParse(["activity", "--address", $"http://{bound.LocalEndPoint}"], out var arguments, out _));
        Assert.Equal(1, await new BackfillVerb(channel, _output, _errors).RunAsync(arguments, TestContext.Current.CancellationToken));
        Assert.StartsWith($"appliance: http://{bound.LocalEndPoint}/ cannot be reached over gRPC: ", _errors.ToString());
        Assert.DoesNotContain("subchannel", _errors.ToString());
    }

    [Fact]
    public async Task Json_lines_are_rows_of_the_same_columns_or_events()
    {
        var file = File("visits.jsonl", """
            {"at":"2025-01-02T00:00:00Z","member_id":7,"what":"buy","spent":2.5,"shop":"a","more":[1]}
            {"source":"visits","type":"buy","entity":{"member_id":7},"time":"2025-01-03T00:00:00Z","data":{"spent":1}}
            """);
        Assert.Equal((0, "activity: 2 read, 2 appended, 0 already there, 0 passed over, 0 refused"), await RunAsync("activity", "--file=" + file));
        await _host.AppliedAsync(2);
        Assert.Equal([FeatureValue.Of(2L), FeatureValue.Of(3.5), FeatureValue.Of(0L)], Read(7));
    }

    [Fact]
    public async Task A_dry_run_and_a_moment_until_which_change_what_is_counted()
    {
        Assert.Equal(
            (0, "activity: 3 read, 1 would be appended, 0 already there, 2 passed over, 0 refused"),
            await RunAsync("activity", "--file", File("visits.csv", Csv), "--dry-run", "--until", "2025-01-03T00:00:00Z"));
        Assert.Equal(0, _host.Platform.Journal.Records);
    }

    [Fact]
    public async Task The_journal_brings_what_was_there_before_the_view()
    {
        await _host.PostAsync("/api/events", """{"source":"visits","type":"look","entity":{"member_id":7},"time":"2025-01-03T00:00:00Z","data":{}}""");
        await _host.AppliedAsync(1);
        _host.Apply(DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions.Replace("\"activity\"", "\"young\"", StringComparison.Ordinal)), "test").Definitions);
        await _host.PostAsync("/api/events", """{"source":"visits","type":"look","entity":{"member_id":7},"time":"2025-01-04T00:00:00Z","data":{}}""");
        await _host.AppliedAsync(2);
        Assert.Equal((0, "young: 1 read, 1 appended, 0 already there, 0 passed over, 0 refused"), await RunAsync("young", "--journal"));
        await _host.AppliedAsync(3);
        Assert.Equal(FeatureValue.Of(2L), Read(7, "young")[0]);
    }

    [Fact]
    public async Task Bad_lines_are_told_with_file_line_member_value_and_rule_and_the_others_come_in()
    {
        var file = File("visits.csv", "at,member_id,what,spent,shop\nnoon,7,buy,1,\n2025-01-02T00:00:00Z,seven,buy,1,\n2025-01-02T00:00:00Z,7,buy,much,\n2025-01-02T00:00:00Z,7\n2025-01-02T00:00:00Z,7,buy,1,\"x\"y\n2025-01-02T00:00:00Z,7,buy,1,\n");
        Assert.Equal((1, "activity: 6 read, 1 appended, 0 already there, 0 passed over, 5 refused"), await RunAsync("activity", "--file", file));
        Assert.Equal(
            [
                $"{file}:2: column 'at' is 'noon'; it must be a time like 2022-05-13 10:59:42+00:00, or a number since 1970 in seconds, milliseconds, microseconds or nanoseconds",
                $"{file}:3: column 'member_id' is 'seven'; it must be int64, as join key 'member_id' is",
                $"{file}:4: column 'spent' is 'much'; it must be double, a finite number",
                $"{file}:5: the row has 2 fields; it must have 5, as the header has",
                $"{file}:6: field 5 must be followed by a comma or the end of the line",
            ], _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Too_many_bad_lines_end_the_run_unless_they_are_to_be_skipped()
    {
        var file = File("visits.jsonl", string.Concat(Enumerable.Repeat("{}\n", BackfillRun.MaxRefused + 1)));
        Assert.Equal(1, (await RunAsync("activity", "--file", file)).Code);
        Assert.Contains("more than 100 lines are refused; --skip-bad-lines goes on all the same", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal((0, "activity: 101 read, 0 appended, 0 already there, 0 passed over, 101 refused"), await RunAsync("activity", "--file", file, "--skip-bad-lines"));
    }

    [Fact]
    public async Task Too_many_refused_events_end_the_replay_of_a_journal_and_are_what_is_told()
    {
        var events = Enumerable.Range(0, BackfillRun.MaxRefused + 1).Select(i => $$$"""{"source":"visits","type":"look","entity":{"member_id":{{{i}}}},"time":"2025-01-03T00:00:00Z","data":{}}""");
        await _host.PostAsync("/api/events", $"[{string.Join(',', events)}]");
        await _host.AppliedAsync(BackfillRun.MaxRefused + 1);
        _host.Apply(DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes("""
            { "entities": [{ "name": "shop", "joinKeys": [{ "name": "shop_id", "type": "int64" }] }],
              "featureViews": [{ "name": "shops", "kind": "stream", "entities": ["shop"], "source": "visits", "features": [{ "name": "seen_30d", "type": "int64", "aggregate": { "function": "count", "window": "30d" } }] }] }
            """), "test").Definitions);
        // The loop notes where the view begins as it goes on.
        await _host.PostAsync("/api/events", """{"source":"visits","type":"look","entity":{"member_id":7,"shop_id":7},"time":"2025-01-04T00:00:00Z","data":{}}""");
        await _host.AppliedAsync(BackfillRun.MaxRefused + 2);
        Assert.Equal((1, ""), await RunAsync("shops", "--journal"));
        Assert.Contains("more than 100 lines are refused", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_in_a_sentence()
    {
        await FailsAsync("nowhere/visits.csv: there is no such file", "activity");
        Assert.DoesNotContain("acknowledged", _errors.ToString());
        await FailsAsync("there is no column for the entity: it must have member_id; the columns are at, what, member", "activity", "--file", File("a.csv", "at,what,member\n"));
        await FailsAsync("the name must end in .csv, .jsonl, .ndjson or .json", "activity", "--file", File("a.txt", ""));
        await FailsAsync("the file is empty", "activity", "--file", File("b.csv", ""));
        await FailsAsync("feature-view is 'activty'; there is none of that name", "activty", "--file", File("c.csv", Csv));
        await FailsAsync("feature view is 'activty'; there is none of that name", "activty", "--journal");
    }

    [Theory]
    [InlineData("features backfill has no view; it must be features backfill VIEW [flags]")]
    [InlineData("'--what' is not a flag of features backfill", "v", "--what", "x")]
    [InlineData("--file needs a value", "v", "--file")]
    [InlineData("--id is given twice", "v", "--id-column", "a", "--id", "b")]
    [InlineData("--address is given twice", "v", "--address", "http://h", "--address", "http://h")]
    [InlineData("--file - is given twice; what is piped in can be read once", "v", "--file", "-", "--file", "-")]
    [InlineData("--journal takes no value", "v", "--journal=yes")]
    [InlineData("'more' is not a flag of features backfill", "v", "more")]
    [InlineData("--event-time, --type, --entity and --id name columns of files; --journal reads none", "v", "--journal", "--id", "a")]
    [InlineData("--until is 'noon'; it must be an RFC 3339 time with Z or an offset, like 2025-01-01T00:50:02Z", "v", "--until", "noon")]
    [InlineData("--address is 'here'; it must be the gRPC address of an appliance, like http://127.0.0.1:8001", "v", "--address=here")]
    [InlineData("--journal and --file exclude each other; run one after the other", "v", "--journal", "--file", "a")]
    public void A_wrong_command_line_names_flag_value_and_rule(string message, params string[] args)
    {
        Assert.False(BackfillArguments.TryParse(args, out _, out var error));
        Assert.Equal(message, error);
    }

    [Fact]
    public async Task A_call_that_does_not_begin_or_sends_no_records_is_refused()
    {
        await FailsAsync("the first message has no begin; it must say which view gets history", new BackfillMessage { Journal = true });
        var begin = new BackfillMessage { Begin = new BackfillBegin { View = "activity" } };
        await FailsAsync("records[0] is no event record of version 1", begin, new BackfillMessage { Records = ByteString.CopyFromUtf8("x") });
        await FailsAsync("the message has no records; each message behind the first must have some, or ask for the journal", begin, begin);
    }

    private async Task FailsAsync(string message, params BackfillMessage[] messages)
    {
        using var call = new Backfill.BackfillClient(_host.Channel).Run(cancellationToken: TestContext.Current.CancellationToken);
        foreach (var sent in messages) await call.RequestStream.WriteAsync(sent, TestContext.Current.CancellationToken);
        await call.RequestStream.CompleteAsync();
        var failed = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken)) ;
        });
        Assert.Equal((StatusCode.InvalidArgument, message), (failed.StatusCode, failed.Status.Detail));
    }

    private async Task FailsAsync(string message, params string[] args)
    {
        Assert.Equal((1, ""), await RunAsync(args));
        Assert.Contains(message, _errors.ToString(), StringComparison.Ordinal);
    }

    // The line that it ends with; the errors of this run alone are kept.
    private async Task<(int Code, string Summary)> RunAsync(params string[] args)
    {
        _output.GetStringBuilder().Clear();
        _errors.GetStringBuilder().Clear();
        Assert.True(BackfillArguments.TryParse(args, out var arguments, out var error), error);
        var code = await new BackfillVerb(_host.Channel, _output, _errors).RunAsync(arguments, TestContext.Current.CancellationToken);
        return (code, _output.ToString().Trim());
    }

    private FeatureValue[] Read(long member, string view = "activity")
    {
        Assert.True(FeatureReadPlan.TryCreate(_host.Platform.Catalog.Current, [view], "features", out var plan, out var error), error);
        var rows = new EntityRows();
        rows.AddColumn("member_id");
        rows.Add(FeatureValue.Of(member));
        var block = new FeatureBlock();
        Assert.Null(_host.Platform.Store.Read(plan, rows, block));
        return [block.Value(0, 0), block.Value(1, 0), block.Value(2, 0)];
    }

    private string File(string name, string content)
    {
        var path = _folder[name];
        using Stream file = System.IO.File.Create(path);
        using var bytes = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        bytes.Write(Encoding.UTF8.GetBytes(content));
        return path;
    }
}
