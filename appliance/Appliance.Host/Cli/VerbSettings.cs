using Appliance.Host.Security;

namespace Appliance.Host.Cli;

/// <summary>The settings that commands beside <c>serve</c> look at, as its environment has them.</summary>
internal static class VerbSettings
{
    public static SecurityOptions Security() => Environment().GetSection(SecurityOptions.Section).Get<SecurityOptions>() ?? new();

    public static ClientOptions Client() => Environment().GetSection(ClientOptions.Section).Get<ClientOptions>() ?? new();

    private static IConfigurationRoot Environment() => new ConfigurationBuilder().AddEnvironmentVariables("APPLIANCE_").Build();
}
