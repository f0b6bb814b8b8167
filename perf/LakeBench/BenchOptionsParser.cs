using System.Globalization;

namespace LakeBench;

/// <summary>Reads the command line. Pure.</summary>
internal static class BenchOptionsParser
{
    public static bool TryParse(string[] args, out BenchOptions options, out string error)
    {
        (options, error) = (new BenchOptions(), "");
        var names = BenchRows.All.Select(r => r.Name).ToList();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--only" when value is not null && value.Split(',').All(names.Contains):
                    options.Only = value.Split(',').ToHashSet();
                    break;
                case "--rounds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds > 0:
                    options.Rounds = rounds;
                    break;
                case "--folder" when Directory.Exists(value):
                    options.Folder = value;
                    break;
                default:
                    error = $"{args[i]} is '{value}'; options are --only with some of {string.Join(',', names)}, --rounds with a number above 0, --folder with a folder that is there";
                    return false;
            }
        }
        return true;
    }
}
