using System.Text;
using Lake.Objects;

namespace Lake.Tests.Objects;

public sealed class ObjectTypeTests
{
    [Theory]
    [InlineData("%PDF-1.7", "x.png", "application/pdf")]
    [InlineData("RIFF....WEBPVP8 ", null, "image/webp")]
    [InlineData("RIFF....WAVEfmt ", null, "audio/wav")]
    [InlineData("....ftypisom", "a.mov", "video/mp4")]
    [InlineData("PK\u0003\u0004", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("PK\u0003\u0004", "a.png", "application/zip")]
    [InlineData("PAR1", "a.csv", "application/vnd.apache.parquet")]
    [InlineData("id,n\n1,2", "a.CSV", "text/csv")]
    [InlineData("id,n\n1,2", "a.docx", "text/plain")]
    [InlineData("{\"a\": \"上海\"}", "a.json", "application/json")]
    [InlineData("  <!DOCTYPE html><p>", null, "text/html")]
    [InlineData("<?xml version=\"1.0\"?><a/>", null, "application/xml")]
    [InlineData("<?xml version=\"1.0\"?><svg/>", null, "image/svg+xml")]
    [InlineData("a\0b", "a.csv", "application/octet-stream")]
    [InlineData("a\0b", "model.onnx", "application/onnx")]
    [InlineData("", "a.csv", "application/octet-stream")]
    public void A_type_is_that_of_the_bytes_and_a_name_tells_only_between_what_they_allow(string head, string? name, string type) => Assert.Equal(type, ObjectType.Of(Encoding.UTF8.GetBytes(head), name));

    [Fact]
    public void A_character_that_the_head_cuts_in_two_is_still_text()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("上", 300)));
        Assert.Equal("text/plain", ObjectType.Of(text.AsSpan(0, 511), null));
        Assert.Equal("text/plain", ObjectType.Of(text, null));
        Assert.Equal("image/png", ObjectType.Of([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1], null));
    }
}
