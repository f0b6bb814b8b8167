using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.Business;

/// <summary>Checks <see cref="BusinessOptions"/> before the ports open.</summary>
public sealed class BusinessOptionsValidator : IValidateOptions<BusinessOptions>
{
    // 1 KiB takes the smallest useful request; 64 MiB is what the tensor protocol takes by default.
    private const int MinBody = 1024, MaxBody = 64 * 1024 * 1024;

    // 3 is the depth of an array of requests; 64 is the reader's own default.
    private const int MinDepth = 3, MaxDepth = 64;

    public ValidateOptionsResult Validate(string? name, BusinessOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        Check(errors, nameof(options.MaxBodyBytes), options.MaxBodyBytes, MinBody, MaxBody);
        Check(errors, nameof(options.MaxJsonDepth), options.MaxJsonDepth, MinDepth, MaxDepth);
        return errors.Build();
    }

    private static void Check(ValidateOptionsResultBuilder errors, string key, int value, int min, int max)
    {
        if (value < min || value > max) errors.AddError($"{BusinessOptions.Section}:{key} is {value}; it must be {min} to {max}.");
    }
}
