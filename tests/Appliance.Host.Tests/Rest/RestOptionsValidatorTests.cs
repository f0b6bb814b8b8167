using Appliance.Host.Rest;

namespace Appliance.Host.Tests.Rest;

public sealed class RestOptionsValidatorTests
{
    [Theory]
    [InlineData(1024, true)]
    [InlineData(64 * 1024 * 1024, true)]
    [InlineData(256 * 1024 * 1024, true)]
    [InlineData(1023, false)]
    [InlineData(256 * 1024 * 1024 + 1, false)]
    public void The_request_limit_has_bounds(int bytes, bool valid)
    {
        var result = new RestOptionsValidator().Validate(null, new RestOptions { MaxRequestBytes = bytes });

        Assert.Equal(valid, result.Succeeded);
        if (!valid) Assert.Contains($"Rest:MaxRequestBytes is {bytes}; it must be 1024 to 268435456.", result.FailureMessage);
    }
}
