using System.Text;
using Appliance.Host.Cli.Files;
using TestKit;

namespace Appliance.Host.Tests.Cli.Files;

public sealed class JsonLinesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{}\n{\"a\":1}\n", "1:{} 2:{\"a\":1}")]
    [InlineData("\uFEFF{}\r\n \t\n\n{\"b\":2}", "1:{}\r 4:{\"b\":2}")]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    public void Lines_are_numbered_and_blank_ones_passed_over(string text, string lines) => Assert.Equal(lines, Lines(text));

    [Fact]
    public void Lines_longer_than_the_buffer_are_whole()
    {
        var text = new string('x', 300_000);
        Assert.Equal($"1:a 2:{text} 3:b", Lines($"a\n{text}\nb\n"));
    }

    [Theory]
    [InlineData("\nb\n", " 3:b")]
    [InlineData("", "")]
    public void A_line_longer_than_any_event_is_told_and_the_next_is_read(string behind, string lines) =>
        Assert.Equal($"1:a 2!the line has more than 524288 bytes, which no event may have{lines}", Lines($"a\n{new string('x', 2_000_000)}{behind}"));

    private string Lines(string text)
    {
        File.WriteAllText(_folder["l.jsonl"], text, new UTF8Encoding(false));
        using var reader = new JsonLines(_folder["l.jsonl"]);
        var lines = new List<string>();
        for (var status = reader.Read(); status != LineStatus.End; status = reader.Read())
        {
            lines.Add(status == LineStatus.Wrong ? $"{reader.Line}!{reader.Fault!.Rule}" : $"{reader.Line}:{Encoding.UTF8.GetString(reader.Bytes)}");
        }
        return string.Join(' ', lines);
    }
}
