using System.Text.Json;
using Appliance.Features.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Features.Tests.Ingest;

public sealed class FileDeadLettersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_letter_holds_the_event_as_it_was_sent_and_why_it_could_not_be_applied()
    {
        using (var letters = Open())
        {
            letters.Add(IngestRig.Event("""{"id":"7","source":"visits","type":"v","entity":{"member_id":"会员"},"time":"2025-06-01T11:00:00Z","data":{"spent":1}}""") with { Partition = "p", Position = 3 },
                RefusalReason.WrongEntity, "entity.member_id is text");
            letters.Add(new PagedEvent("p", 4, 5, default, "not JSON", new byte[] { 0xff, 0x00 }), RefusalReason.Malformed, "not JSON");
            Assert.True(letters.Flush());
        }
        var lines = Lines();
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal("WrongEntity", first.RootElement.GetProperty("reason").GetString());
        Assert.Equal("会员", first.RootElement.GetProperty("event").GetProperty("entity").GetProperty("member_id").GetString());
        using var second = JsonDocument.Parse(lines[1]);
        Assert.Equal("/wA=", second.RootElement.GetProperty("raw").GetString());
    }

    [Fact]
    public void Letters_are_counted_once_they_are_on_the_disk()
    {
        using var letters = Open();
        var written = new List<int>();
        letters.Written = written.Add;
        Add(letters, 1);
        Add(letters, 2);
        Assert.Empty(written);
        Assert.True(letters.Flush());
        Assert.True(letters.Flush());
        Add(letters, 3);
        Assert.True(letters.Flush());
        Assert.Equal([2, 1], written);
    }

    [Fact]
    public void Files_are_followed_by_others_and_only_the_newest_are_kept()
    {
        for (var run = 0; run < 5; run++)
        {
            using var letters = Open(fileBytes: 1, files: 2);
            Add(letters, run);
            Assert.True(letters.Flush());
        }
        Assert.Equal([3, 4], Lines().Select(Position));
    }

    [Fact]
    public void A_restart_goes_on_with_the_file_that_is_not_full_even_where_only_one_is_kept()
    {
        for (var run = 0; run < 3; run++)
        {
            using var letters = Open(fileBytes: 1 << 20, files: 1);
            Add(letters, run);
            Assert.True(letters.Flush());
        }
        Assert.Equal([0, 1, 2], Lines().Select(Position));
    }

    [Fact]
    public void A_line_that_a_crash_cut_short_and_a_stranger_in_the_folder_do_no_harm()
    {
        File.WriteAllText(_folder["dead-letters-00000003.jsonl"], "{\"reason\":\"Mal");
        File.WriteAllText(_folder["dead-letters-x.jsonl"], "");
        using (var letters = Open())
        {
            Add(letters, 9);
            Assert.True(letters.Flush());
        }
        Assert.Equal(9, Position(Lines()[^1]));
        Assert.Equal(2, File.ReadAllLines(_folder["dead-letters-00000003.jsonl"]).Length);
    }

    private FileDeadLetters Open(long fileBytes = 1 << 20, int files = 4) => new(_folder.Path, fileBytes, files, NullLogger.Instance);

    private static void Add(FileDeadLetters letters, int position) =>
        letters.Add(new PagedEvent("p", position, position + 1, default, "x", new byte[1]), RefusalReason.Malformed, "x");

    private List<string> Lines() => [.. Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines)];

    private static int Position(string line)
    {
        using var letter = JsonDocument.Parse(line);
        return letter.RootElement.GetProperty("position").GetInt32();
    }
}
