using Compare.Features;
using Compare.Schedule;
using Compare.Serving;

namespace Compare;

/// <summary>What a command line that asks for help is answered. Pure.</summary>
internal static class CompareHelp
{
    /// <summary>The usage of the command that it names; null where it asks for none.</summary>
    public static string? Of(IReadOnlyList<string> args)
    {
        if (!args.Any(a => a is "--help" or "-h")) return null;
        return args[0] switch
        {
            "features" => FeatureTableOptionsParser.Usage,
            "schedule" => ScheduleOptionsParser.Usage,
            "serving" => ServingOptionsParser.Usage,
            _ => CompareOptionsParser.Usage,
        };
    }
}
