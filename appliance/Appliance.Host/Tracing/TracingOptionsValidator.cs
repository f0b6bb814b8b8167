using Microsoft.Extensions.Options;

namespace Appliance.Host.Tracing;

/// <summary>Checks <see cref="TracingOptions"/> before a port opens.</summary>
internal sealed class TracingOptionsValidator : IValidateOptions<TracingOptions>
{
    public ValidateOptionsResult Validate(string? name, TracingOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        if (options.IsOn && (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            errors.AddError($"Tracing:Endpoint is '{options.Endpoint}'; it must be a whole http or https address, as http://127.0.0.1:4318/v1/traces.");
        }
        if (!(options.SampleRatio is >= 0 and <= 1)) errors.AddError($"Tracing:SampleRatio is {options.SampleRatio}; it must be 0 to 1.");
        if (options.ServiceName.Length == 0) errors.AddError("Tracing:ServiceName is ''; it must be a name.");
        CheckRange(errors, "QueueRequests", options.QueueRequests, 1, 1_000_000);
        CheckRange(errors, "IntervalMilliseconds", options.IntervalMilliseconds, 10, 60_000);
        CheckRange(errors, "TimeoutMilliseconds", options.TimeoutMilliseconds, 10, 60_000);
        if (options.HeadersFile.Length > 0 && TraceHeaders.Problem(options.HeadersFile) is { } problem) errors.AddError($"Tracing:HeadersFile is '{options.HeadersFile}'; {problem}.");
        return errors.Build();
    }

    private static void CheckRange(ValidateOptionsResultBuilder errors, string key, int value, int least, int most)
    {
        if (value < least || value > most) errors.AddError($"Tracing:{key} is {value}; it must be {least} to {most}.");
    }
}
