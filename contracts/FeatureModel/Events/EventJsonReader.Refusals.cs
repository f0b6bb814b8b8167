using System.Text;
using System.Text.Json;

namespace FeatureModel.Events;

// What a refusal says. None of this runs for a body that is taken.
public ref partial struct EventJsonReader
{
    private const int ShownBytes = 64;

    private bool Refuse(string member, string value, string rule)
    {
        Rejection = new EventRejection(Count, _inArray || Count > 0, member, value, rule);
        return false;
    }

    private EventReadStatus Refused(string member, string value, string rule)
    {
        Refuse(member, value, rule);
        return EventReadStatus.Rejected;
    }

    private bool RefuseKey(scoped ReadOnlySpan<byte> name, string value, string rule) => Refuse("entity." + Text(name), value, rule);

    /// <summary>The value that the reader stands on, as it was written.</summary>
    private readonly string Shown() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"\"{Text(_json.ValueSpan)}\"",
        _ => Text(_json.ValueSpan),
    };

    private static string Text(scoped ReadOnlySpan<byte> text) =>
        text.Length <= ShownBytes ? Encoding.UTF8.GetString(text) : $"{Encoding.UTF8.GetString(text[..ShownBytes])}... ({text.Length} bytes)";
}
