using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.Host.Cli;

/// <summary>Makes the client by which commands call a running appliance, with the key and the certificates that the environment names.</summary>
internal static class ApplianceClient
{
    private const string KeyHeader = "x-api-key";

    /// <summary>By the settings of the environment; false with what is wrong with them.</summary>
    public static bool TryCreate([NotNullWhen(true)] out HttpClient? client, [NotNullWhen(false)] out string? error)
    {
        client = null;
        error = null;
        try
        {
            client = Create(VerbSettings.Client());
            return true;
        }
        catch (InvalidDataException e)
        {
            error = e.Message;
            return false;
        }
    }

    /// <summary>The key to call with; null for none.</summary>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    public static string? ApiKey(ClientOptions options) => options.ApiKeyFile.Length > 0 ? File.ReadAllText(options.ApiKeyFile).Trim() : null;

    /// <exception cref="InvalidDataException">A file that is named cannot be used.</exception>
    public static HttpClient Create(ClientOptions options)
    {
        var handler = new SocketsHttpHandler();
        HttpClient? client = null;
        try
        {
            if (options.CaFile.Length > 0) Trust(handler.SslOptions, options.CaFile);
            if (options.CertificateFile.Length > 0)
            {
                handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile)];
            }
            client = new HttpClient(handler);
            if (ApiKey(options) is { } key) client.DefaultRequestHeaders.Add(KeyHeader, key);
            return client;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or FormatException)
        {
            client?.Dispose();
            handler.Dispose();
            throw new InvalidDataException($"a file of the settings Client:ApiKeyFile, Client:CaFile, Client:CertificateFile and Client:KeyFile cannot be used: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static void Trust(SslClientAuthenticationOptions options, string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        options.CertificateChainPolicy = policy;
    }
}
