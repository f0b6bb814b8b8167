namespace Appliance.Host.Security;

/// <summary>Who may call, over what, and what is written down of it. All of it is off by default: see docs/security.md.</summary>
public sealed class SecurityOptions
{
    public const string Section = "Security";

    /// <summary>PEM file of the server's certificate, and of the chain above it. Empty: the ports speak without TLS.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of the certificate's private key, not encrypted.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>PEM file of the authorities whose client certificates are taken. Empty: none is asked for.</summary>
    public string ClientCaFile { get; set; } = "";

    /// <summary>Whether a connection without a client certificate is refused in the handshake, health probes included; otherwise such a caller needs a key.</summary>
    public bool RequireClientCertificate { get; set; }

    /// <summary>The file that <c>appliance keys</c> writes: hashed keys, certificates, and what each may do. Empty: nobody is asked who they are.</summary>
    public string KeysFile { get; set; } = "";

    /// <summary>Folder of the audit log. Empty: none is kept, which is only possible without a keys file.</summary>
    public string AuditFolder { get; set; } = "";

    /// <summary>Bytes after which the audit log goes on in another file. 64 MiB: some 200,000 calls.</summary>
    public int AuditFileBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Requests a second of each principal whose entry says nothing else; 0 for no limit.</summary>
    public int RequestsPerSecond { get; set; }

    /// <summary>Seconds between two looks at the files of certificates and keys. 5: well within the minutes for which old and new overlap.</summary>
    public int ReloadSeconds { get; set; } = 5;

    /// <summary>Whether anything is configured.</summary>
    internal bool IsOn => UsesTls || AsksForCallers || AuditFolder.Length > 0;

    internal bool UsesTls => CertificateFile.Length > 0;

    internal bool AsksForCallers => KeysFile.Length > 0;
}
