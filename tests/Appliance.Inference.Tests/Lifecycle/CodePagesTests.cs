using System.Text;
using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

[Collection(ProcessMemoryCollection.Name)]
public sealed class CodePagesTests
{
    [Fact]
    public void Code_of_a_file_is_found_with_its_length() =>
        Assert.Equal((unchecked((nint)0x561e8d300000), (nuint)0x1015000), CodePages.Parse("561e8d300000-561e8e315000 r-xp 00043000 fe:00 5431452                    /opt/appliance/appliance"u8));

    [Theory]
    [InlineData("561e8f20b000-561e8fb55000 rw-p 00000000 00:00 0 ")]
    [InlineData("561e8e315000-561e8ec21000 r--p 01058000 fe:00 5431452                    /opt/appliance/appliance")]
    [InlineData("561e8e315000-561e8ec21000 rwxp 01058000 fe:00 5431452                    /opt/appliance/appliance")]
    [InlineData("7fff7a5f2000-7fff7a5f4000 r-xp 00000000 00:00 0                          [vdso]")]
    [InlineData("7fff7a5f2000 r-xp 00000000 00:00 0 /opt/appliance/appliance")]
    [InlineData("7fff7a5f4000-7fff7a5f2000 r-xp 00000000 00:00 0 /opt/appliance/appliance")]
    [InlineData("zz-7fff7a5f2000 r-xp 00000000 00:00 0 /opt/appliance/appliance")]
    [InlineData("")]
    public void Anything_else_is_left(string line) => Assert.Null(CodePages.Parse(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Code_that_was_given_back_still_runs()
    {
        CodePages.GiveBack();
        Assert.Equal(6, new[] { 1, 2, 3 }.Sum());
    }

    [Fact]
    public void Code_that_nothing_runs_is_no_longer_counted()
    {
        using var code = new MappedCode();
        code.Touch();
        Assert.NotEqual(0, code.ResidentKilobytes());
        CodePages.GiveBack();
        Assert.Equal(0, code.ResidentKilobytes());
    }

    [Fact]
    public void Giving_back_leaves_next_to_no_garbage()
    {
        CodePages.GiveBack();
        var before = GC.GetAllocatedBytesForCurrentThread();
        CodePages.GiveBack();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2048);
    }
}
