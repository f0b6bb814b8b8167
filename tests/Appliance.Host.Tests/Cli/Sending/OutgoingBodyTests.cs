using System.Text;
using Appliance.Host.Cli.Sending;

namespace Appliance.Host.Tests.Cli.Sending;

public sealed class OutgoingBodyTests
{
    [Theory]
    [InlineData(0, "b\nccc\n", 5, 9)]
    [InlineData(1, "aa\nccc\n", 2, 9)]
    [InlineData(2, "aa\nb\n", 2, 5)]
    public void An_event_is_taken_out_and_the_others_keep_their_lines(int index, string left, int first, int second)
    {
        var body = new OutgoingBody("f");
        body.Add("aa"u8, 2, 30);
        body.Add("b"u8, 5, 10);
        body.Add("ccc"u8, 9, 20);
        Assert.Equal((10L, 30L, 9), (body.Oldest, body.Newest, body.LastLine));
        body.RemoveAt(index);
        Assert.Equal(left, Encoding.UTF8.GetString(body.Bytes.Span));
        Assert.Equal((first, second), (body.LineOf(0), body.LineOf(1)));
    }
}
