using System.Text.Json;
using Appliance.Host.Rest.Features;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Rest.Traffic;

/// <summary>Reads the members of a JSON object one by one and keeps the first fault. Not thread-safe.</summary>
/// <param name="path">What stands in front of a member's name in messages: "" or "arms[1].".</param>
internal sealed class BodyMembers(JsonElement body, string path)
{
    /// <summary>What is wrong with the first member that is; null while none is.</summary>
    public TrafficFault? Fault { get; private set; }

    /// <summary>The members of a body.</summary>
    /// <param name="what">The body's name in messages: "a split".</param>
    public static BodyMembers? Of(JsonElement body, string what, string path, string[] names, out TrafficFault? fault)
    {
        fault = null;
        if (body.ValueKind != JsonValueKind.Object)
        {
            fault = new(path.TrimEnd('.'), $"{(path.Length == 0 ? "the body" : path.TrimEnd('.'))} is {PushRequest.Words(body)}; it must be an object with {string.Join(", ", names)}");
            return null;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in body.EnumerateObject())
        {
            if (!seen.Add(member.Name))
            {
                fault = new($"{path}{member.Name}", $"{path}{member.Name} is given twice");
                return null;
            }
            if (names.Contains(member.Name)) continue;
            fault = new($"{path}{member.Name}", $"{path}{member.Name} is not a member of {what}; its members are {string.Join(", ", names)}");
            return null;
        }
        return new BodyMembers(body, path);
    }

    /// <summary>Notes a fault, if it is the first.</summary>
    public void Refuse(TrafficFault? fault) => Fault ??= fault;

    public string Text(string name)
    {
        if (!TryFind(name, out var value)) return "";
        if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
        Wrong(name, value, "a string");
        return "";
    }

    public bool Flag(string name)
    {
        if (!TryFind(name, out var value)) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Wrong(name, value, "true or false");
        return false;
    }

    public long Whole(string name, long otherwise)
    {
        if (!TryFind(name, out var value)) return otherwise;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)) return number;
        Wrong(name, value, "a whole number");
        return otherwise;
    }

    /// <summary>A number; where it is given as null, null, which is not the same as left out.</summary>
    public double? Number(string name, double? otherwise)
    {
        if (!body.TryGetProperty(name, out var value)) return otherwise;
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Number) return value.GetDouble();
        Wrong(name, value, "a number");
        return otherwise;
    }

    /// <summary>A percent in hundredths.</summary>
    public int BasisPoints(string name, int otherwise)
    {
        if (!TryFind(name, out var value)) return otherwise;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var percent) && Percent.TryOf(percent, out var basisPoints)) return basisPoints;
        Wrong(name, value, Percent.Rule);
        return otherwise;
    }

    /// <summary>The elements of an array; none where it is left out.</summary>
    public IReadOnlyList<JsonElement> Elements(string name)
    {
        if (!TryFind(name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.Array) return [.. value.EnumerateArray()];
        Wrong(name, value, "an array");
        return [];
    }

    /// <summary>Whether the member is there and not null.</summary>
    public bool TryFind(string name, out JsonElement value) => body.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Says that a member must be given.</summary>
    public void Need(string name, string rule)
    {
        if (!TryFind(name, out _)) Refuse(new($"{path}{name}", $"{path}{name} is missing; it must be {rule}"));
    }

    private void Wrong(string name, JsonElement value, string rule)
    {
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : PushRequest.Words(value);
        Refuse(new($"{path}{name}", $"{path}{name} is {text}; it must be {rule}"));
    }
}
