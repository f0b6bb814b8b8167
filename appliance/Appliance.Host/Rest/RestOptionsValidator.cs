using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest;

/// <summary>Checks <see cref="RestOptions"/> before the port opens.</summary>
internal sealed class RestOptionsValidator : IValidateOptions<RestOptions>
{
    private const int MinRequestBytes = 1024;

    // A JSON number of one digit and a comma becomes eight bytes: four times this still fits into one array.
    private const int MaxRequestBytes = 256 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, RestOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (options.MaxRequestBytes is < MinRequestBytes or > MaxRequestBytes)
        {
            errors.AddError($"Rest:MaxRequestBytes is {options.MaxRequestBytes}; it must be {MinRequestBytes} to {MaxRequestBytes}.");
        }
        return errors.Build();
    }
}
