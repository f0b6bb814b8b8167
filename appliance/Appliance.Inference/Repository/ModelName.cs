using System.Globalization;

namespace Appliance.Inference.Repository;

/// <summary>What a model folder and a version folder may be called.</summary>
public static class ModelName
{
    /// <summary>Why the text is no model's name, or null where it is.</summary>
    public static string? Problem(string name) => name switch
    {
        ['.', ..] => "a model's name does not start with a dot",
        _ when name.Length > 0 && name.AsSpan().Trim().IsEmpty => "a model's name is not blank",
        _ => RepositoryPath.ProblemOfSegment(name),
    };

    /// <summary>Reads a version folder's name: decimal digits without a leading zero, at least 1, in 63 bits.</summary>
    public static bool TryParseVersion(string name, out long version, out string problem)
    {
        version = 0;
        if (name.Length == 0 || !name.All(char.IsAsciiDigit))
        {
            problem = "a version is a whole number";
        }
        else if (name[0] == '0')
        {
            problem = name == "0" ? "a version is at least 1" : "a version has no leading zero";
        }
        else if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out version))
        {
            problem = $"a version is at most {long.MaxValue}";
        }
        else
        {
            problem = "";
            return true;
        }
        return false;
    }
}
