namespace Appliance.Host.Rest.Features;

/// <summary>Why a request about features is refused.</summary>
/// <param name="Message">A sentence that names field, value and rule.</param>
/// <param name="Field">The member at fault, where one is.</param>
/// <param name="Unknown">Whether it names something that does not exist, rather than being malformed.</param>
internal sealed record RequestRefusal(string Message, string? Field, bool Unknown = false);
