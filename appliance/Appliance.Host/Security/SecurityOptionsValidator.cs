using Microsoft.Extensions.Options;

namespace Appliance.Host.Security;

/// <summary>Checks <see cref="SecurityOptions"/> before a port opens. What is inside of the files is checked when they are read.</summary>
internal sealed class SecurityOptionsValidator : IValidateOptions<SecurityOptions>
{
    private const int LeastAuditFileBytes = 4096;

    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        CheckFile(errors, nameof(options.CertificateFile), options.CertificateFile);
        CheckFile(errors, nameof(options.KeyFile), options.KeyFile);
        CheckFile(errors, nameof(options.ClientCaFile), options.ClientCaFile);
        CheckFile(errors, nameof(options.KeysFile), options.KeysFile);
        if (options.CertificateFile.Length > 0 != options.KeyFile.Length > 0)
        {
            errors.AddError($"Security:CertificateFile is '{options.CertificateFile}' and Security:KeyFile is '{options.KeyFile}'; TLS needs both.");
        }
        if (options.ClientCaFile.Length > 0 && !options.UsesTls) errors.AddError($"Security:ClientCaFile is '{options.ClientCaFile}'; it needs Security:CertificateFile.");
        if (options.ClientCaFile.Length > 0 && !options.AsksForCallers)
        {
            errors.AddError($"Security:ClientCaFile is '{options.ClientCaFile}'; it needs Security:KeysFile, which says what each certificate may do.");
        }
        if (options.RequireClientCertificate && options.ClientCaFile.Length == 0) errors.AddError("Security:RequireClientCertificate is true; it needs Security:ClientCaFile.");
        if (options.AsksForCallers && options.AuditFolder.Length == 0)
        {
            errors.AddError("Security:AuditFolder is empty; it must be a folder where Security:KeysFile is set.");
        }
        CheckRange(errors, nameof(options.AuditFileBytes), options.AuditFileBytes, LeastAuditFileBytes, int.MaxValue);
        CheckRange(errors, nameof(options.RequestsPerSecond), options.RequestsPerSecond, 0, Keys.KeyEntry.MostRequestsPerSecond);
        CheckRange(errors, nameof(options.ReloadSeconds), options.ReloadSeconds, 1, 3600);
        return errors.Build();
    }

    private static void CheckFile(ValidateOptionsResultBuilder errors, string key, string value)
    {
        if (value.Length > 0 && !File.Exists(value)) errors.AddError($"Security:{key} is '{value}'; it must be a file that exists.");
    }

    private static void CheckRange(ValidateOptionsResultBuilder errors, string key, int value, int least, int most)
    {
        if (value < least || value > most) errors.AddError($"Security:{key} is {value}; it must be {least} to {most}.");
    }
}
