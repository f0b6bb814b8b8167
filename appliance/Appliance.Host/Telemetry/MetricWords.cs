using System.Text;

namespace Appliance.Host.Telemetry;

/// <summary>Label values of closed sets: the members of an enum in lower case, words apart.</summary>
internal static class MetricWords
{
    public static string Of<T>(T member)
        where T : struct, Enum
    {
        var word = new StringBuilder();
        foreach (var c in member.ToString())
        {
            if (char.IsUpper(c) && word.Length > 0) word.Append('_');
            word.Append(char.ToLowerInvariant(c));
        }
        return word.ToString();
    }
}
