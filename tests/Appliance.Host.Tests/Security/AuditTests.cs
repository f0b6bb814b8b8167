using System.Text;
using Appliance.Host.Cli.Security;
using Appliance.Host.Security;
using Appliance.Host.Security.Audit;
using TestKit;

namespace Appliance.Host.Tests.Security;

public sealed class AuditTests : IDisposable
{
    private static readonly AuditCall Pin = new("ops", "operate", "10.0.0.7:4711", "POST /api/models/churn/pin", null);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecordingLogger<AuditLog> _logger = new();

    private string Newest => AuditFiles.In(_folder.Path)[^1];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_call_has_a_line_before_and_one_after_and_the_log_is_whole()
    {
        using (var log = Open())
        {
            var begun = log.TryBegin(Pin);
            Assert.Equal(1, begun);
            Assert.Equal(1, Verify().Unfinished);
            log.End(Pin, begun!.Value, "200");
            log.Refused(Pin, "role");
        }
        string[] lines = File.ReadAllLines(Newest);
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"who\":\"ops\",\"roles\":\"operate\",\"from\":\"10.0.0.7:4711\",\"call\":\"POST /api/models/churn/pin\",\"event\":\"begun\"", lines[0]);
        Assert.Contains("\"event\":\"ended\",\"of\":1,\"outcome\":\"200\"", lines[1]);
        Assert.Contains($"\"previous\":\"{AuditFiles.HashOf(Encoding.UTF8.GetBytes(lines[1]))}\"", lines[2]);
        Assert.Equal((3L, null, 0), (Verify().Head.Number, Verify().Fault, Verify().Unfinished));
    }

    [Fact]
    public void The_chain_goes_on_over_files_and_starts()
    {
        for (var start = 0; start < 3; start++) Write(20);
        Assert.True(AuditFiles.In(_folder.Path).Length > 3);
        Assert.All(AuditFiles.In(_folder.Path), f => Assert.InRange(new FileInfo(f).Length, 1, 4096));
        Assert.Equal((120L, (string?)null), (Verify().Head.Number, Verify().Fault));
    }

    [Fact]
    public void A_clock_that_is_set_back_breaks_no_chain()
    {
        Write(5);
        _time.SetClock(TimeSpan.FromDays(-400));
        Write(5);
        Assert.Equal((20L, (string?)null), (Verify().Head.Number, Verify().Fault));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(38)]
    public void A_line_that_was_changed_is_named(int at)
    {
        Write(20, fileBytes: 1 << 20);
        Edit(lines => lines[at] = lines[at].Replace("ops", "you"));
        Assert.StartsWith($"audit-00000001.jsonl line {at + 1}: ", Verify().Fault);
        Assert.Contains("it was changed", Verify().Fault);
    }

    [Fact]
    public void The_last_line_is_held_by_the_head()
    {
        Write(20, fileBytes: 1 << 20);
        Edit(lines => lines[39] = lines[39].Replace("200", "403"));
        Assert.Equal("audit-00000001.jsonl line 40: it is not the line that audit.head was written for; it was changed", Verify().Fault);
    }

    [Fact]
    public void Lines_that_were_removed_are_counted_at_their_place()
    {
        Write(20, fileBytes: 1 << 20);
        Edit(lines => lines.RemoveRange(5, 2));
        Assert.Equal("audit-00000001.jsonl line 6: it has number 8 where 6 should be; 2 lines before it were removed", Verify().Fault);
    }

    [Fact]
    public void A_line_that_was_inserted_is_named()
    {
        Write(20, fileBytes: 1 << 20);
        Edit(lines => lines.Insert(5, lines[4]));
        Assert.Equal("audit-00000001.jsonl line 6: it has number 5 where 6 should be; it was inserted", Verify().Fault);
    }

    [Fact]
    public void An_end_that_was_cut_off_is_seen_by_the_head()
    {
        Write(20, fileBytes: 1 << 20);
        Edit(lines => lines.RemoveRange(30, 10));
        Assert.Equal("the log ends with line 30; audit.head says that it had 40: its end was cut off", Verify().Fault);
    }

    [Fact]
    public void A_head_that_was_kept_elsewhere_sees_a_cut_of_log_and_head_together_and_a_log_that_was_written_anew()
    {
        Write(20, fileBytes: 1 << 20);
        var kept = AuditFiles.ReadHead(_folder.Path)!.Value;
        Edit(lines => lines.RemoveRange(30, 10));
        AuditFiles.WriteHead(_folder.Path, new AuditHead(30, AuditFiles.HashOf(Encoding.UTF8.GetBytes(File.ReadAllLines(Newest)[^1]))));
        Assert.Null(Verify().Fault);
        Assert.Contains("the head that was given is of line 40: its end was cut off", Verify(kept).Fault);

        File.Delete(Newest);
        File.Delete(AuditFiles.HeadPath(_folder.Path));
        _time.Advance(TimeSpan.FromDays(1));
        Write(20, fileBytes: 1 << 20);
        Assert.Null(Verify().Fault);
        Assert.Contains("line 40: it is not the line that the given head is of", Verify(kept).Fault);
    }

    [Fact]
    public void A_file_that_is_missing_between_two_is_told_by_the_numbers()
    {
        Write(60);
        File.Delete(AuditFiles.In(_folder.Path)[1]);
        Assert.Contains("lines before it were removed", Verify().Fault);
    }

    [Fact]
    public void A_log_that_was_tampered_with_is_not_gone_on_with()
    {
        Write(20, fileBytes: 1 << 20);
        Edit(lines => lines.RemoveRange(30, 10));
        Assert.Contains("its end was cut off", Assert.Throws<SecurityFileException>(() => Open()).Message);
    }

    [Fact]
    public void A_line_that_a_crash_cut_short_is_taken_away_and_the_chain_goes_on()
    {
        Write(2, fileBytes: 1 << 20);
        File.AppendAllText(Newest, "{\"number\":5,\"time\"");
        Assert.Contains("line 5: it has no end", Verify().Fault);
        Write(1, fileBytes: 1 << 20);
        Assert.Equal((6L, (string?)null), (Verify().Head.Number, Verify().Fault));
    }

    [Fact]
    public void A_crash_between_a_line_and_the_head_leaves_a_log_that_is_whole()
    {
        Write(2, fileBytes: 1 << 20);
        var before = AuditFiles.ReadHead(_folder.Path)!.Value;
        Write(1, fileBytes: 1 << 20);
        AuditFiles.WriteHead(_folder.Path, before);
        Assert.Null(Verify().Fault);
        Write(1, fileBytes: 1 << 20);
        Assert.Equal(8, Verify().Head.Number);
    }

    [Fact]
    public void A_full_disk_lets_nothing_begin_and_loses_no_line()
    {
        var disk = new FillingDisk();
        using (var log = Open(disk: disk))
        {
            var running = log.TryBegin(Pin);
            disk.IsFull = true;
            log.End(Pin, running!.Value, "200");
            Assert.Null(log.TryBegin(Pin));
            Assert.Null(log.TryBegin(Pin));
            Assert.Equal(1, log.Head.Number);
            // Said once, however often it is tried.
            Assert.Equal(1, _logger.Count(Appliance.Host.Telemetry.EventIds.AuditFailed));
            disk.IsFull = false;
            Assert.Equal(3, log.TryBegin(Pin));
        }
        Assert.Contains("\"ended\",\"of\":1", File.ReadAllLines(Newest)[1]);
        Assert.Null(Verify().Fault);
    }

    [Fact]
    public void Two_processes_do_not_write_one_log()
    {
        using var log = Open();
        Assert.Throws<SecurityFileException>(() => Open());
    }

    [Fact]
    public async Task Many_threads_make_one_chain()
    {
        using (var log = Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
                () =>
                {
                    for (var i = 0; i < 25; i++) log.End(Pin, log.TryBegin(Pin)!.Value, "200");
                },
                TestContext.Current.CancellationToken)));
        }
        Assert.Equal((200L, (string?)null, 0), (Verify().Head.Number, Verify().Fault, Verify().Unfinished));
    }

    [Fact]
    public void The_command_says_whether_a_log_is_whole()
    {
        Write(2, fileBytes: 1 << 20);
        var (code, head) = Command("head");
        Assert.Equal((0, AuditFiles.ReadHead(_folder.Path)!.Value + "\n"), (code, head));
        Assert.Equal((0, $"whole: 4 lines; the head is {head}"), Command("verify", "--head", head.Trim()));
        Edit(lines => lines[1] = lines[1].Replace("200", "500"));
        (code, var said) = Command("verify");
        Assert.Equal(AuditVerb.Broken, code);
        Assert.StartsWith("broken: audit-00000001.jsonl line 2: ", said);
        Assert.Equal(2, Command("verify", "--head", "x").Code);
        Assert.Equal(2, Command("show").Code);
    }

    private AuditLog Open(int fileBytes = 4096, IAuditDisk? disk = null) =>
        new(new SecurityOptions { AuditFolder = _folder.Path, AuditFileBytes = fileBytes }, _time, _logger, disk);

    private void Write(int calls, int fileBytes = 4096)
    {
        using var log = Open(fileBytes);
        for (var i = 0; i < calls; i++) log.End(Pin, log.TryBegin(Pin)!.Value, "200");
    }

    private AuditVerdict Verify(AuditHead? wanted = null) => new AuditVerifier(_folder.Path).Run(wanted);

    private void Edit(Action<List<string>> change)
    {
        var lines = File.ReadAllLines(Newest).ToList();
        change(lines);
        File.WriteAllText(Newest, string.Concat(lines.Select(l => l + "\n")));
    }

    private (int Code, string Output) Command(params string[] args)
    {
        var output = new StringWriter { NewLine = "\n" };
        return (new AuditVerb(output, TextWriter.Null).Run(args, _folder.Path, TestContext.Current.CancellationToken), output.ToString());
    }

    // The disk, until the test says that it is full.
    private sealed class FillingDisk : IAuditDisk
    {
        private readonly AuditDisk _disk = new();

        public bool IsFull { get; set; }

        public long Length => _disk.Length;

        public void Open(string path) => _disk.Open(path);

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (IsFull) throw new IOException("No space left on device");
            _disk.Append(bytes);
        }

        public void Cut(long length) => _disk.Cut(length);

        public void Dispose() => _disk.Dispose();
    }
}
