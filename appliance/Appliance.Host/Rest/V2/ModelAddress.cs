using System.Globalization;
using Appliance.Inference;

namespace Appliance.Host.Rest.V2;

/// <summary>The model and version that a URL names.</summary>
/// <param name="Version">0 when the URL names none.</param>
internal readonly record struct ModelAddress(string Name, long Version)
{
    /// <summary>Reads it from the route; anything but Ok comes with what to tell the caller.</summary>
    public static ScoreStatus Read(HttpContext context, out ModelAddress address, out string error)
    {
        var name = (string)context.Request.RouteValues["model"]!;
        var text = (string?)context.Request.RouteValues["version"];
        address = new ModelAddress(name, 0);
        error = "";
        if (text is null) return ScoreStatus.Ok;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0)
        {
            address = new ModelAddress(name, version);
            return ScoreStatus.Ok;
        }
        error = $"Request for unknown model: '{name}' version {text} is not found: a version is a whole number above 0";
        return ScoreStatus.NotFound;
    }
}
