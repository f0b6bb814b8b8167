using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Cli;

/// <summary>The published binary's <c>events send</c> and <c>rows send</c> with the sample files, against itself.</summary>
public sealed partial class SendTests : IDisposable
{
    private const int SampleEvents = 152_647;
    private const int SampleMembers = 4_000;

    private readonly TemporaryRepository _models = new();
    private readonly DirectoryInfo _features = Directory.CreateTempSubdirectory("features-");

    public void Dispose()
    {
        _models.Dispose();
        _features.Delete(recursive: true);
    }

    [Fact]
    public async Task The_sample_files_go_in_once_however_often_they_are_sent()
    {
        await using var appliance = await StartAsync();
        Assert.Equal((SampleMembers, 0), Counts(await RunAsync(appliance, "rows", "send", Sample("synthetic-members/members.csv"), "--view", "member_profile")));
        string[] send = ["events", "send", Sample("synthetic-members/events.csv.gz"), "--source", "member_events", "--shift-to-now"];
        Assert.Equal((SampleEvents, 0), Counts(await RunAsync(appliance, send)));
        Assert.Equal((0, SampleEvents), Counts(await RunAsync(appliance, send)));
        // What the last line of the file did: it is moved by whole days, to the last 24 hours.
        var newest = "";
        await Eventually.BecomesTrueAsync(async () => (newest = await NewestAsync(appliance, 103_909)).EndsWith("T23:59:24Z", StringComparison.Ordinal), TimeSpan.FromSeconds(30), () => $"the last event is applied; the newest is {newest}");
        var age = DateTimeOffset.UtcNow - DateTimeOffset.Parse(newest, CultureInfo.InvariantCulture);
        Assert.InRange(age, TimeSpan.Zero, TimeSpan.FromDays(2));
    }

    [Fact]
    public async Task What_was_interrupted_goes_on_where_it_stopped_when_it_is_sent_again()
    {
        await using var appliance = await StartAsync();
        string[] send = ["events", "send", Sample("synthetic-members/events.csv.gz"), "--source", "member_events", "--shift-to-now"];
        var (code, output, errors) = await InterruptAsync(appliance, [.. send, "--batch", "1"]);
        Assert.Equal(1, code);
        Assert.Matches(@"appliance: stopped\nEverything up to .*events\.csv\.gz:\d+ is taken\. Run it again to go on", errors);
        var (taken, _) = Counts(output);
        Assert.InRange(taken, 1, SampleEvents - 1);
        Assert.Equal((SampleEvents - taken, taken), Counts(await RunAsync(appliance, send)));
    }

    [Fact]
    public async Task A_wrong_file_ends_it_with_file_line_column_value_and_rule()
    {
        await using var appliance = await StartAsync();
        var file = Path.Combine(_features.FullName, ".wrong.csv");
        File.WriteAllText(file, "event_time,member_id,event,amount,channel\n2025-01-01T00:00:00Z,seven,visit,,app\n");
        var run = await SendAsync(appliance, "events", "send", file, "--source", "member_events");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{file}:2: column 'member_id' is 'seven'; it must be int64, as join key 'member_id' is", run.Errors);
    }

    private async Task<ApplianceProcess> StartAsync()
    {
        var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _models.Path, Flags = ["--features-folder", _features.FullName] });
        var applied = await SendAsync(appliance, "features", "apply", "--folder", Sample("features"), "--reason", "the sample");
        Assert.True(applied.ExitCode == 0, applied.Errors);
        return appliance;
    }

    private static async Task<string> RunAsync(ApplianceProcess appliance, params string[] command)
    {
        var run = await SendAsync(appliance, command);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run.Text;
    }

    private static Task<ProgramRun> SendAsync(ApplianceProcess appliance, params string[] command) =>
        ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), [.. command, "--server", $"http://127.0.0.1:{appliance.HttpPort}"]);

    // Sends SIGTERM once it says that events have been taken; a second one would end it at once.
    private static async Task<(int Code, string Output, string Errors)> InterruptAsync(ApplianceProcess appliance, string[] command)
    {
        var start = new ProcessStartInfo(ApplianceBinary.PathOrSkip(), [.. command, "--server", $"http://127.0.0.1:{appliance.HttpPort}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = "";
        var isTold = false;
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            errors += line + "\n";
            if (isTold || !Progress().IsMatch(line)) continue;
            Signals.Terminate(process);
            isTold = true;
        }
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, errors);
    }

    private static async Task<string> NewestAsync(ApplianceProcess appliance, long member)
    {
        using var reply = JsonDocument.Parse(await appliance.Http.GetStringAsync($"/api/features?entity=member&id={member}&features=member_activity:share_count"));
        return reply.RootElement.GetProperty("data").GetProperty("features").GetProperty("member_activity:share_count").GetProperty("eventTime").GetString() ?? "";
    }

    private static string Sample(string name) => Path.Combine(RepositoryRoot.Path, "samples", name);

    private static (int New, int Duplicates) Counts(string summary)
    {
        var match = Summary().Match(summary);
        Assert.True(match.Success, summary);
        return (int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^\d+ (?:events|rows) sent: (\d+) new, (\d+) duplicates, 0 refused;")]
    private static partial Regex Summary();

    [GeneratedRegex(@"^[1-9]\d* events sent: ")]
    private static partial Regex Progress();
}
