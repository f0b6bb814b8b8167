namespace Appliance.Host.Security.Keys;

/// <summary>The names by which rights are given.</summary>
internal static class Role
{
    private static readonly (string Name, Rights Rights)[] All =
    [
        ("score", Rights.Score),
        ("read", Rights.Read),
        ("operate", Rights.Operate | Rights.Read),
        ("admin", Rights.Admin | Rights.Operate | Rights.Read | Rights.Score),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(r => r.Name));

    public static bool TryParse(string name, out Rights rights)
    {
        foreach (var role in All)
        {
            if (role.Name != name) continue;
            rights = role.Rights;
            return true;
        }
        rights = Rights.None;
        return false;
    }

    /// <summary>The smallest role that gives a right.</summary>
    public static string NameOf(Rights right) => All.First(r => r.Rights.HasFlag(right)).Name;
}
