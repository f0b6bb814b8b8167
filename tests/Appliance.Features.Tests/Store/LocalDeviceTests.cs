using Appliance.Features.Store;
using TestKit;

namespace Appliance.Features.Tests.Store;

public sealed class LocalDeviceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(22)]
    [InlineData(29)]
    [InlineData(38)]
    [InlineData(95)]
    public void A_system_that_does_not_write_parts_out_has_lost_nothing(int error) => Assert.True(LocalDevice.IsRefusedCall(error));

    [Theory]
    [InlineData(5)]
    [InlineData(28)]
    [InlineData(122)]
    public void An_error_of_the_disk_is_one(int error) => Assert.False(LocalDevice.IsRefusedCall(error));

    [Fact]
    public void A_file_is_missing_only_where_the_disk_says_so()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["there"], "");
        Assert.True(StoreFile.Exists(folder["there"]));
        Assert.False(StoreFile.Exists(folder["absent"]));
        Assert.False(StoreFile.Exists(Path.Combine(folder.Path, "no folder", "absent")));
        Assert.ThrowsAny<IOException>(() => StoreFile.Exists(folder[new string('n', 300)]));
    }
}
