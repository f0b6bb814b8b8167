using System.Globalization;

namespace Appliance.Host;

/// <summary>When a caller that was refused may try again, in the two fields that clients look for: whole seconds as HTTP has it, and milliseconds.</summary>
internal static class RetryHint
{
    public const string Seconds = "retry-after", Milliseconds = "retry-after-ms";

    /// <summary>Both fields; none without a hint.</summary>
    /// <param name="milliseconds">0 for no hint.</param>
    public static KeyValuePair<string, string>[] Of(int milliseconds)
    {
        if (milliseconds == 0) return [];
        var seconds = (milliseconds + 999L) / 1000;
        return
        [
            new(Seconds, seconds.ToString(CultureInfo.InvariantCulture)),
            new(Milliseconds, milliseconds.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Puts the fields into headers or trailers.</summary>
    public static void WriteTo(IHeaderDictionary fields, int milliseconds)
    {
        foreach (var (name, value) in Of(milliseconds)) fields[name] = value;
    }
}
