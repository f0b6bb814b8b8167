using System.Text;
using Appliance.Features.Journal;
using TestKit;

namespace Appliance.Features.Tests.Journal;

public sealed class JournalDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JournalDisk _disk;

    public JournalDiskTests() => _disk = new JournalDisk(_folder["journal"]);

    public void Dispose()
    {
        _disk.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_small_file_is_replaced_by_shorter_and_longer_contents()
    {
        foreach (var content in new[] { "first", "a longer second", "3", new string('x', 10_000), "last" })
        {
            _disk.ReplaceFile("small", Encoding.UTF8.GetBytes(content));
            Assert.Equal(content, Encoding.UTF8.GetString(_disk.ReadFile("small")!).TrimEnd(' '));
        }
    }

    [Fact]
    public void The_next_replacement_has_its_room_before_it_comes()
    {
        _disk.ReplaceFile("small", new byte[3000]);
        _disk.ReplaceFile("small", new byte[3000]);
        var before = Lengths();
        Assert.True(before.Min() >= 3000 + 4096);
        _disk.ReplaceFile("small", new byte[3000 + 4096]);
        _disk.ReplaceFile("small", new byte[10]);
        Assert.True(Lengths().Min() >= before.Min(), "room that was there was given back");
    }

    [Fact]
    public void A_crash_that_left_half_of_the_next_content_harms_nothing()
    {
        _disk.ReplaceFile("small", "whole"u8);
        File.WriteAllText(Path.Combine(_folder["journal"], "small.next"), "{ half");
        Assert.Equal("whole", Encoding.UTF8.GetString(_disk.ReadFile("small")!).TrimEnd(' '));
        _disk.ReplaceFile("small", "new"u8);
        Assert.Equal("new", Encoding.UTF8.GetString(_disk.ReadFile("small")!).TrimEnd(' '));
    }

    private long[] Lengths() => [.. Directory.GetFiles(_folder["journal"], "small*").Order().Select(file => new FileInfo(file).Length).Order()];
}
