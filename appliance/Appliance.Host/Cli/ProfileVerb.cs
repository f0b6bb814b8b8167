using System.Text.Json;
using Appliance.Host.Profiles;

namespace Appliance.Host.Cli;

/// <summary><c>appliance profile</c>: shows the hardware profile in force, and checks profiles. Exit codes: 0 in order, 1 refused or not for this machine, 2 a wrong command line.</summary>
internal static class ProfileVerb
{
    public static int Run(string[] args, TextWriter output, TextWriter errors) => Run(args, output, errors, ProfileResolver.OfThisMachine);

    /// <summary>Returns the exit code.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter errors, ProfileResolver profiles)
    {
        switch (args)
        {
            case ["show", .. var flags]: return Show(flags, output, errors, profiles);
            case ["check", _, ..]: return Check(args[1..], output, errors, profiles);
            default:
                errors.WriteLine("appliance: it must be profile show [flags of serve] or profile check NAME|FILE.... See 'appliance help'.");
                return 2;
        }
    }

    private static int Show(string[] flags, TextWriter output, TextWriter errors, ProfileResolver profiles)
    {
        if (!EffectiveSettings.TryBind(flags, new ConfigurationManager(), profiles, out var effective, out var error))
        {
            errors.WriteLine($"appliance: {error}. See 'appliance help'.");
            return 2;
        }
        output.WriteLine(effective.Profile is { } choice ? $"hardware profile {choice.Origin}" : "no hardware profile is in force; --hardware-profile names one");
        foreach (var reason in effective.Profile?.Reasons ?? []) output.WriteLine($"  {reason}");
        using var settings = JsonDocument.Parse(effective.Settings.ToJson());
        foreach (var key in ProfileFields.All.Select(f => f.Setting).Append(ProfileFields.ProvidersSetting))
        {
            output.WriteLine($"{key,-40} {ValueOf(settings.RootElement, key),-14} {effective.OriginOf(key)}");
        }
        return 0;
    }

    private static int Check(string[] names, TextWriter output, TextWriter errors, ProfileResolver profiles)
    {
        var code = 0;
        foreach (var name in names)
        {
            if (!ProfileCatalog.TryRead(name, out var profile, out var faults))
            {
                foreach (var fault in faults) errors.WriteLine($"appliance: {fault}.");
                code = 1;
                continue;
            }
            var misfits = profiles.Misfits(profile);
            output.WriteLine($"{name}: {(misfits.Count == 0 ? "in order, and this machine has what it is made for" : "in order, but made for another machine")}");
            foreach (var misfit in misfits) errors.WriteLine($"appliance: {ProfileCatalog.Origin(name)}: {misfit}.");
            if (misfits.Count > 0) code = 1;
        }
        return code;
    }

    private static string ValueOf(JsonElement settings, string key)
    {
        var value = settings;
        foreach (var part in key.Split(':')) value = value.GetProperty(part);
        return value.ValueKind != JsonValueKind.Array ? value.GetRawText()
            : value.GetArrayLength() == 0 ? "(this build's)" : string.Join(", ", value.EnumerateArray().Select(e => e.GetString()));
    }
}
