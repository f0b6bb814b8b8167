namespace Appliance.Host.Profiles;

/// <summary>Which hardware profile fills the settings that nobody set.</summary>
public sealed class HardwareOptions
{
    public const string Section = "Hardware";

    /// <summary>The setting's key.</summary>
    public const string ProfileKey = $"{Section}:{nameof(Profile)}";

    /// <summary>The name of a profile that comes with the appliance, the path of a file, or auto for one that is made for this machine; empty for none.</summary>
    public string Profile { get; set; } = "";
}
