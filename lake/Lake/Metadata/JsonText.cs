using System.Text;
using System.Text.Json;

namespace Lake.Metadata;

/// <summary>JSON that stands as a text in another file: a header's property, a footer's. Stateless.</summary>
internal static class JsonText
{
    public static string Of(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
