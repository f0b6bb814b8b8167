using Appliance.Host.Rest.Business;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Tests.Business;

public sealed class BusinessOptionsTests
{
    [Fact]
    public void Every_setting_binds()
    {
        var options = Bind(("MaxBodyBytes", "2000"), ("MaxJsonDepth", "5"));
        Assert.Equal((2000, 5), (options.MaxBodyBytes, options.MaxJsonDepth));
    }

    [Fact]
    public void Every_error_is_reported_with_its_key_value_and_rule()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Bind(("MaxBodyBytes", "10"), ("MaxJsonDepth", "2")));
        Assert.Equal(
            ["Business:MaxBodyBytes is 10; it must be 1024 to 67108864.", "Business:MaxJsonDepth is 2; it must be 3 to 64."],
            error.Failures);
    }

    private static BusinessOptions Bind(params (string Key, string Value)[] settings) =>
        new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => $"Business:{s.Key}", s => (string?)s.Value)).Build())
            .AddBusinessApi().BuildServiceProvider().GetRequiredService<IOptions<BusinessOptions>>().Value;
}
