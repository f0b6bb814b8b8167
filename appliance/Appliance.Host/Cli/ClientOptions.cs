namespace Appliance.Host.Cli;

/// <summary>How commands call a running appliance. Not a setting of the server.</summary>
public sealed class ClientOptions
{
    public const string Section = "Client";

    /// <summary>File that holds the key to call with. Empty: without one.</summary>
    public string ApiKeyFile { get; set; } = "";

    /// <summary>PEM file of the authority of the appliance's certificate. Empty: those that the machine trusts.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>PEM file of a certificate to show. Empty: none.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of its private key.</summary>
    public string KeyFile { get; set; } = "";
}
