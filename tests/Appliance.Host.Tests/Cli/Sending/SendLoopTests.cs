using System.Net;
using System.Text.Json;
using Appliance.Host.Cli.Events;
using Appliance.Host.Cli.Files;
using Appliance.Host.Cli.Sending;
using FeatureModel.Definitions;
using FeatureModel.Events;
using FeatureModel.Values;
using TestKit;

namespace Appliance.Host.Tests.Cli.Sending;

public sealed class SendLoopTests : IDisposable
{
    private static readonly RowShape Shape = new()
    {
        Source = "clicks",
        TimeColumn = "at",
        TypeColumn = "what",
        Keys = [new("user_id", "user_id", FeatureDataType.Int64)],
        KeySets = [["user_id"]],
        Fields = [],
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2025, 2, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _errors = new() { NewLine = "\n" };

    private string File => _folder["t.csv"];

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task All_lines_go_out_in_their_order_and_are_counted()
    {
        Write("1,1", "2,2", "3,3", "4,4", "5,5");
        using var appliance = new ScriptedAppliance((_, body) => ScriptedAppliance.Taken(Users(body).Length));
        Assert.True(await SendAsync(appliance, batch: 2));
        Assert.Equal([1, 2, 3, 4, 5], appliance.Bodies.SelectMany(Users));
        Assert.Equal([2, 2, 1], appliance.Bodies.Select(b => Users(b).Length));
        Assert.StartsWith("5 events sent: 5 new, 0 duplicates, 0 refused; 0.0 s", _output.ToString());
        Assert.Equal("", _errors.ToString());
    }

    [Fact]
    public async Task A_wrong_line_ends_it_after_what_stands_before_it()
    {
        Write("1,1", "2,2", "3,x", "4,4");
        using var appliance = new ScriptedAppliance((_, body) => ScriptedAppliance.Taken(Users(body).Length));
        Assert.False(await SendAsync(appliance));
        Assert.Equal([1, 2], appliance.Bodies.SelectMany(Users));
        Assert.Equal(
            $"appliance: {File}:4: column 'user_id' is 'x'; it must be int64, as join key 'user_id' is\nEverything up to {File}:3 is taken. Run it again to go on: what is there counts once.\n",
            _errors.ToString());
    }

    [Fact]
    public async Task Wrong_lines_are_passed_over_and_counted_where_that_is_wanted()
    {
        Write([.. Enumerable.Range(1, 30).Select(i => i % 2 == 0 ? $"1,{i}" : "1,x")]);
        using var appliance = new ScriptedAppliance((_, body) => ScriptedAppliance.Taken(Users(body).Length));
        Assert.True(await SendAsync(appliance, skip: true));
        Assert.Equal(15, appliance.Bodies.SelectMany(Users).Count());
        Assert.StartsWith("15 events sent: 15 new, 0 duplicates, 15 refused", _output.ToString());
        Assert.Equal(15, _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task More_wrong_lines_than_a_screen_holds_are_only_counted()
    {
        Write([.. Enumerable.Range(1, 50).Select(_ => "1,x")]);
        using var appliance = new ScriptedAppliance((_, _) => ScriptedAppliance.Taken(0));
        Assert.True(await SendAsync(appliance, skip: true));
        Assert.Equal(21, _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.EndsWith("further wrong lines are only counted\n", _errors.ToString());
        Assert.Contains("50 refused", _output.ToString());
    }

    [Fact]
    public async Task An_event_that_the_appliance_refuses_is_taken_out_by_its_line_and_the_others_are_sent()
    {
        Write("1,1", "2,13", "3,3");
        using var appliance = new ScriptedAppliance((_, body) =>
        {
            var at = Array.IndexOf(Users(body), 13);
            return at < 0
                ? ScriptedAppliance.Taken(Users(body).Length)
                : ScriptedAppliance.Reply(HttpStatusCode.BadRequest, $$"""{"code":400,"message":"events[{{at}}].data.price is wrong"}""");
        });
        Assert.True(await SendAsync(appliance, skip: true));
        Assert.Equal([1, 3], Users(appliance.Bodies[^1]));
        Assert.Equal($"{File}:3: data.price is wrong\n", _errors.ToString());
        Assert.StartsWith("2 events sent: 2 new, 0 duplicates, 1 refused", _output.ToString());
    }

    [Fact]
    public async Task A_refused_event_ends_it_otherwise_and_says_how_far_it_came()
    {
        Write("1,1", "2,2", "3,13");
        using var appliance = new ScriptedAppliance((_, body) => Users(body).Contains(13)
            ? ScriptedAppliance.Reply(HttpStatusCode.BadRequest, """{"code":400,"message":"event.data.price is wrong"}""")
            : ScriptedAppliance.Taken(1));
        Assert.False(await SendAsync(appliance, batch: 1));
        Assert.Equal($"appliance: {File}:4: data.price is wrong\nEverything up to {File}:3 is taken. Run it again to go on: what is there counts once.\n", _errors.ToString());
    }

    [Fact]
    public async Task Told_to_stop_it_says_how_far_it_came()
    {
        Write("1,1", "2,2", "3,3");
        using var stop = new CancellationTokenSource();
        using var appliance = new ScriptedAppliance((call, _) =>
        {
            if (call == 1) stop.Cancel();
            return ScriptedAppliance.Taken(1);
        });
        Assert.False(await SendAsync(appliance, batch: 1, stop: stop));
        Assert.Equal(2, appliance.Bodies.Count);
        Assert.Equal($"appliance: stopped\nEverything up to {File}:3 is taken. Run it again to go on: what is there counts once.\n", _errors.ToString());
    }

    [Fact]
    public async Task Every_second_says_how_it_goes_and_what_is_waited_for()
    {
        Write("1,1");
        using var appliance = new ScriptedAppliance((call, _) => call == 0
            ? ScriptedAppliance.Reply(HttpStatusCode.ServiceUnavailable, """{"code":503,"message":"the disk is full"}""", 2)
            : ScriptedAppliance.Taken(1));
        var send = SendAsync(appliance);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (_time.ActiveTimers < 2)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await send);
        Assert.StartsWith("0 events sent: 0 new, 0 duplicates, 0 refused; 1.0 s, 0 events/s, up to the first line; waiting: the disk is full\n", _errors.ToString());
    }

    [Fact]
    public async Task A_line_behind_the_lateness_is_wrong_before_it_is_sent()
    {
        System.IO.File.WriteAllText(File, "at,what,user_id\n2025-01-03,v,1\n2025-01-01,v,2\n");
        using var appliance = new ScriptedAppliance((_, _) => ScriptedAppliance.Taken(1));
        Assert.False(await SendAsync(appliance));
        Assert.Contains($"{File}:3: column 'time' is '2025-01-01T00:00:00Z'; an earlier line has 2025-01-03T00:00:00Z", _errors.ToString());
    }

    // Each row: minute, user.
    private void Write(params string[] rows) =>
        System.IO.File.WriteAllText(File, "at,what,user_id\n" + string.Concat(rows.Select(r => r.Split(',')).Select(r => $"2025-01-01T00:{r[0].PadLeft(2, '0')}:00Z,v,{r[1]}\n")));

    private async Task<bool> SendAsync(ScriptedAppliance appliance, int batch = 100, bool skip = false, CancellationTokenSource? stop = null)
    {
        var report = new SendReport(_output, _errors, _time, "events");
        using var http = new HttpClient(appliance, disposeHandler: false);
        var loop = new SendLoop(new BodyPoster(http, new Uri("http://appliance.test/"), _time, report), new SendWindowPolicy(1, 0), report, skip);
        var clocks = new Dictionary<string, SourceClock> { ["clicks"] = new("clicks", Durations.Day) };
        using var progress = report.Start();
        using var bodies = new EventBodies(new EventFile(new CsvEventReader(File, Shape), null), clocks, _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000, batch);
        var done = await loop.SendAsync(bodies, stop?.Token ?? TestContext.Current.CancellationToken);
        report.Summarise();
        return done;
    }

    private static int[] Users(string body) =>
        [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("entity").GetProperty("user_id").GetInt32())];
}
