using System.Buffers;
using System.Text;
using Appliance.Inference.Repository.TextFormat;
using Xunit;

namespace Appliance.Inference.Tests.Repository.TextFormat;

public class TextFormatStringsTests
{
    private static (byte[] Content, string Problem) Read(string inside)
    {
        var content = new ArrayBufferWriter<byte>();
        var done = TextFormatStrings.TryUnescape(Encoding.UTF8.GetBytes($"'{inside}'"), content, out var problem);
        Assert.Equal(done, problem.Length == 0);
        return (content.WrittenSpan.ToArray(), problem);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain \u00e4 \U0001F600", "plain \u00e4 \U0001F600")]
    [InlineData(@"\a\b\f\n\r\t\v\?\\\'\""", "\a\b\f\n\r\t\v?\\'\"")]
    [InlineData(@"\0\7\101\1018", "\0\u0007AA8")]
    [InlineData(@"\x41\x4a\x4Az\x9", "AJJz\t")]
    [InlineData(@"\u00e4\u20AC", "\u00e4\u20ac")]
    [InlineData(@"\U0001F600", "\U0001F600")]
    [InlineData(@"\uD83D\uDE00", "\U0001F600")]
    [InlineData(@"\303\244", "\u00e4")]
    public void Escapes(string inside, string text) => Assert.Equal(Encoding.UTF8.GetBytes(text), Read(inside).Content);

    [Theory]
    [InlineData(@"\q", @"'\q' is not an escape")]
    [InlineData(@"\8", @"'\8' is not an escape")]
    [InlineData(@"\400", @"'\400' is more than a byte")]
    [InlineData(@"\xg", @"'\x' needs one or two hexadecimal digits")]
    [InlineData(@"\u12", @"'\u' needs 4 hexadecimal digits")]
    [InlineData(@"\U1234567", @"'\U' needs 8 hexadecimal digits")]
    [InlineData(@"\U00110000", "U+110000 is not a character")]
    [InlineData(@"\uD83D", "U+D83D is not a character")]
    [InlineData(@"\uD83D\u0041", "U+D83D is not a character")]
    [InlineData(@"\uDE00\uD83D", "U+DE00 is not a character")]
    public void What_is_no_escape_is_refused(string inside, string problem) => Assert.StartsWith(problem, Read(inside).Problem, StringComparison.Ordinal);
}
