namespace Appliance.Host.Cli;

/// <summary>Where a command finds the appliance, as <c>--server</c> or <c>--address</c> says it. Stateless.</summary>
internal static class ApplianceAddress
{
    /// <summary>Null, or what is wrong with the flag's value.</summary>
    /// <param name="protocol">What the command speaks: REST or gRPC.</param>
    /// <param name="usual">Where an appliance is unless something else is said; the address before and after a wrong value.</param>
    public static string? Read(string flag, string value, string protocol, ref Uri usual)
    {
        if (!Uri.TryCreate(value.EndsWith('/') ? value : value + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return $"{flag} is '{value}'; it must be the {protocol} address of an appliance, like {usual.ToString().TrimEnd('/')}";
        }
        usual = address;
        return null;
    }
}
