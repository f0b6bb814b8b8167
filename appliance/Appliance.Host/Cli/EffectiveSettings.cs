using System.Diagnostics.CodeAnalysis;
using Appliance.Host.Profiles;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace Appliance.Host.Cli;

/// <summary>
/// The settings that <c>serve</c> runs with, and where each comes from: flags win over variables, variables over the file of --config, that over the hardware profile, and
/// the profile over the defaults. Immutable.
/// </summary>
/// <param name="Profile">The hardware profile in force; null for none.</param>
internal sealed record EffectiveSettings(ServerSettings Settings, ProfileChoice? Profile, IConfigurationRoot Configuration)
{
    /// <summary>Reads a command line with all that lies behind it.</summary>
    public static bool TryBind(
        string[] args, ConfigurationManager configuration, ProfileResolver profiles, [NotNullWhen(true)] out EffectiveSettings? effective, [NotNullWhen(false)] out string? error)
    {
        effective = null;
        if (!ServeFlags.TryParse(args, out var flags, out error)) return false;
        if (flags.TryGetValue(ServeFlags.ConfigFileKey, out var file) && !File.Exists(file))
        {
            error = $"--config is '{file}'; there is no such file";
            return false;
        }
        configuration.Sources.Clear();
        try
        {
            if (file is not null)
            {
                error = UnknownSettings.Check(file, new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build());
                if (error is not null) return false;
                configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
            }
            error = UnknownSettings.CheckVariables(VariablePrefix, new ConfigurationBuilder().AddEnvironmentVariables(VariablePrefix).Build());
            if (error is not null) return false;
            configuration.AddEnvironmentVariables(VariablePrefix).AddInMemoryCollection(flags);
            // Bound once before, so that a value of another type is told as what it is.
            var settings = ServerSettings.Bind(configuration);
            if (!TryAddProfile(settings, configuration, profiles, out var choice, out error)) return false;
            effective = new EffectiveSettings(choice is null ? settings : ServerSettings.Bind(configuration), choice, configuration);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or FormatException)
        {
            error = UnboundValue.Words(e.Message) ?? (e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message).TrimEnd('.');
            return false;
        }
        return true;
    }

    /// <summary>Where a setting's value comes from, for people.</summary>
    /// <param name="key">The setting's key, or that of a list.</param>
    public string OriginOf(string key)
    {
        foreach (var provider in Configuration.Providers.Reverse())
        {
            if (!provider.TryGet(key, out _) && !provider.GetChildKeys([], key).Any()) continue;
            return provider switch
            {
                JsonConfigurationProvider json => $"file {json.Source.Path}",
                MemoryConfigurationProvider memory when !memory.Any(v => v.Key == ProfileMark) => "flag",
                MemoryConfigurationProvider => $"hardware profile {Profile!.Origin}",
                _ => $"variable APPLIANCE_{key.Replace(":", "__", StringComparison.Ordinal)}",
            };
        }
        return "default";
    }

    private const string VariablePrefix = "APPLIANCE_";

    /// <summary>A key that no setting has: what tells the profile's values from those of flags.</summary>
    private const string ProfileMark = $"{HardwareOptions.Section}:InForce";

    private static bool TryAddProfile(
        ServerSettings settings, ConfigurationManager configuration, ProfileResolver profiles, out ProfileChoice? choice, [NotNullWhen(false)] out string? error)
    {
        (choice, error) = (null, null);
        if (settings.Hardware.Profile.Length == 0) return true;
        if (!profiles.TryResolve(settings.Hardware.Profile, settings.Models.StateFolder, out choice, out var errors))
        {
            error = string.Join("; ", errors);
            return false;
        }
        var values = new Dictionary<string, string?>(choice.Profile.Settings(), StringComparer.OrdinalIgnoreCase) { [ProfileMark] = choice.Origin };
        // A list is somebody's as a whole: element by element, two of them would be neither.
        if (settings.Models.ExecutionProviders.Length > 0)
        {
            foreach (var key in values.Keys.Where(k => k.StartsWith(ProfileFields.ProvidersSetting, StringComparison.OrdinalIgnoreCase)).ToArray()) values.Remove(key);
        }
        ((IConfigurationBuilder)configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });
        return true;
    }
}
