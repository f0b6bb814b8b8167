using System.Globalization;
using Appliance.Host.Security.Keys;

namespace Appliance.Host.Security.Calls;

/// <summary>A refusal with the sentence that the caller is told: what is missing, and who can give it.</summary>
/// <param name="Wait">After which the call is worth another try; zero where nothing is said of that.</param>
internal readonly record struct Refused(Refusal Reason, string Message, TimeSpan Wait = default)
{
    public static Refused NoCredentials { get; } = new(
        Refusal.NoCredentials, "the call needs a key: send it as 'authorization: Bearer KEY' or 'x-api-key: KEY', or show a client certificate");

    public static Refused UnknownKey { get; } = new(Refusal.UnknownKey, "the key is not known here; it may have been removed");

    public static Refused UnknownCertificate { get; } = new(
        Refusal.UnknownCertificate, "the client certificate's authority is trusted, but no name of it is in the keys file; 'appliance keys add NAME --certificate' puts it there");

    public static Refused NotLocal { get; } = new(
        Refusal.NotLocal, "administration is taken from this machine alone, because nobody is asked who they are; set Security:KeysFile to a file that 'appliance keys add' makes, and call with a key");

    public static Refused Audit { get; } = new(Refusal.Audit, "the audit log cannot be written, so administration is refused; the server's log says why");

    public static Refused OfRole(Principal principal, Rights needed) => new(
        Refusal.Role, $"principal '{principal.Name}' has role {principal.Roles}; the call needs role {Role.NameOf(needed)}");

    public static Refused OfModel(Principal principal, string? model) => new(
        Refusal.Model,
        model is { Length: > 0 }
            ? $"principal '{principal.Name}' is limited to certain models, and '{model}' is none of them"
            : $"principal '{principal.Name}' is limited to certain models, and the call is not about one of them");

    public static Refused OfRate(Principal principal, TimeSpan wait) => new(
        Refusal.Rate,
        string.Create(CultureInfo.InvariantCulture, $"principal '{principal.Name}' may make {principal.Budget!.RequestsPerSecond} requests a second; the next is taken in {wait.TotalSeconds:F3} s"),
        wait);

    /// <summary>Whole milliseconds of <see cref="Wait"/>, at least one where there is any.</summary>
    public int WaitMilliseconds => (int)Math.Ceiling(Wait.TotalMilliseconds);
}
