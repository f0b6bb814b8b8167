namespace Appliance.Host.Profiles;

/// <summary>What a machine is, and how the appliance uses it: a file of <c>hardware-profiles/</c>, parsed and checked, or one made for a machine. Immutable.</summary>
/// <param name="Name">The file's own name for it.</param>
/// <param name="Numbers">The values of <see cref="ProfileFields"/> that are there, by their path in the file.</param>
internal sealed record HardwareProfile(
    string Name, string Description, IReadOnlyList<ProfileAccelerator> Accelerators, IReadOnlyList<string> ExecutionProviders, IReadOnlyDictionary<string, long> Numbers)
{
    public int Cores => (int)Numbers[ProfileFields.Cores.Path];

    /// <summary>The memory that the profile lets the process take, in MiB; null where it leaves that to the machine.</summary>
    public long? ProcessMegabytes => Numbers.TryGetValue(ProfileFields.ProcessMegabytes.Path, out var value) ? value : null;

    /// <summary>The settings that the profile fills, by key.</summary>
    public IReadOnlyDictionary<string, string?> Settings()
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in ProfileFields.All)
        {
            if (Numbers.TryGetValue(field.Path, out var value)) settings[field.Setting] = field.ToSetting(value);
        }
        for (var i = 0; i < ExecutionProviders.Count; i++) settings[$"{ProfileFields.ProvidersSetting}:{i}"] = ExecutionProviders[i];
        return settings;
    }
}
