using Appliance.Host.Telemetry;

namespace Appliance.Host.Cli;

/// <summary><c>appliance docs metrics</c>: prints a document that is made from the code.</summary>
internal static class DocsVerb
{
    /// <summary>Returns the exit code.</summary>
    public static int Run(ReadOnlySpan<string> arguments, TextWriter output, TextWriter errors)
    {
        if (arguments is ["metrics"])
        {
            output.Write(MetricsDocument.Render());
            return 0;
        }
        errors.WriteLine($"docs {string.Join(' ', arguments!)}: there is no such document; it must be metrics");
        return 2;
    }
}
