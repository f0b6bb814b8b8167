using System.Reflection;

namespace Trainer;

/// <summary>What this program calls itself in the files that it writes.</summary>
internal static class TrainerVersion
{
    public const string Producer = "appliance-trainer";

    private static readonly string[] _parts =
        typeof(TrainerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', 2);

    public static string Number => _parts[0];

    /// <summary>The source commit that the program was built from; null where the build did not know it.</summary>
    public static string? Commit => _parts.Length > 1 ? _parts[1] : null;
}
