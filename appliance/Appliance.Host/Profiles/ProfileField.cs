using System.Globalization;

namespace Appliance.Host.Profiles;

/// <summary>A number of a hardware profile: where it stands, what it may be, and the setting that it fills.</summary>
/// <param name="Path">Its place in the file: <c>threads.intraOp</c>.</param>
/// <param name="Setting">The setting's key.</param>
/// <param name="Unit">How many of the setting's units one of the file's is.</param>
internal sealed record ProfileField(string Path, string Setting, long Least, long Most, bool IsRequired = true, long Unit = 1)
{
    public string Rule => $"it must be a whole number from {Least} to {Most}";

    public string ToSetting(long value) => (value * Unit).ToString(CultureInfo.InvariantCulture);
}
