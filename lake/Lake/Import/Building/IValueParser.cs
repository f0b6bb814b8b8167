using System.Text.Json;

namespace Lake.Import.Building;

/// <summary>Reads values of one fixed-width type. Implemented by structs, so that a builder's calls are bound when it is compiled.</summary>
/// <typeparam name="T">The value as Arrow stores it.</typeparam>
internal interface IValueParser<T>
{
    string Rule { get; }

    bool TryText(ReadOnlySpan<char> text, out T value);

    /// <summary>Whether the JSON value, which is not null, is one; texts are read as texts are where the type has no JSON of its own.</summary>
    bool TryJson(JsonElement json, out T value);
}
