using System.Text.Json;

namespace Appliance.Host.Rest.Features;

/// <summary>A body of Feast's /push or /write-to-online-store. Valid as long as the document that it was read of.</summary>
/// <param name="Name">The push source, or the feature view.</param>
/// <param name="Frame">The columns.</param>
internal sealed record PushRequest(string Name, JsonElement Frame)
{
    /// <summary>Reads a body; null, or why it is refused.</summary>
    /// <param name="nameMember">The member that says where the rows go.</param>
    public static RequestRefusal? Read(JsonElement body, string nameMember, out PushRequest? request)
    {
        request = null;
        if (body.ValueKind != JsonValueKind.Object) return new($"the body is {Words(body)}; it must be an object with {nameMember} and df", null);
        if (!body.TryGetProperty(nameMember, out var name)) return new($"{nameMember} is missing; it must be a name", nameMember);
        if (name.ValueKind != JsonValueKind.String) return new($"{nameMember} is {Words(name)}; it must be a name", nameMember);
        if (!body.TryGetProperty("df", out var frame)) return new("df is missing; it must be an object of columns, an array for each", "df");
        if (frame.ValueKind != JsonValueKind.Object) return new($"df is {Words(frame)}; it must be an object of columns, an array for each", "df");
        if (body.TryGetProperty("to", out var to) && CheckTarget(to) is { } refusal) return refusal;
        request = new PushRequest(name.GetString()!, frame);
        return null;
    }

    /// <summary>A value as messages show it.</summary>
    public static string Words(JsonElement value)
    {
        const int Longest = 40;
        if (value.ValueKind == JsonValueKind.Object) return "an object";
        if (value.ValueKind == JsonValueKind.Array) return "an array";
        var text = value.ValueKind == JsonValueKind.String ? $"'{value.GetString()}'" : value.GetRawText();
        return text.Length <= Longest ? text : $"{text.AsSpan(0, Longest)}…";
    }

    // Rows travel through the stream, which both stores read: none can be kept from the online store.
    private static RequestRefusal? CheckTarget(JsonElement to)
    {
        if (to.ValueKind == JsonValueKind.String && to.GetString() is "online" or "online_and_offline") return null;
        return to.ValueKind == JsonValueKind.String && to.GetString() == "offline"
            ? new("to is 'offline'; rows always reach the online store here, so it must be online or online_and_offline", "to")
            : new($"to is {Words(to)}; it must be online or online_and_offline", "to");
    }
}
