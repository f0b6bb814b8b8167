using System.Text;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;

namespace Appliance.Inference.Tests.Repository;

public sealed class LabelFileTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("cat", new[] { "cat" })]
    [InlineData("cat\n", new[] { "cat" })]
    [InlineData("cat\n狗\r\n\nbird", new[] { "cat", "狗", "", "bird" })]
    [InlineData("\n", new[] { "" })]
    public void Each_line_is_a_label(string content, string[] expected) =>
        Assert.Equal(expected, LabelFile.Read(Encoding.UTF8.GetBytes(content), "labels.txt").Select(Encoding.UTF8.GetString));

    [Fact]
    public void A_file_that_is_too_large_is_refused_by_its_name()
    {
        var refusal = Assert.Throws<ModelLoadException>(() => LabelFile.Read(new byte[LabelFile.MaxBytes + 1], "labels.txt"));
        Assert.Equal($"label_filename is 'labels.txt'; the file has {LabelFile.MaxBytes + 1} bytes and may have {LabelFile.MaxBytes}", refusal.Message);
    }
}
