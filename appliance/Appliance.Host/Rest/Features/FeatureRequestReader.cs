// Hot path: walks each body once; the columns are read when the plan has said of which types they are.
using System.Text.Json;

namespace Appliance.Host.Rest.Features;

/// <summary>Checks the shape of a JSON request for features and finds its columns. Stateless.</summary>
internal sealed class FeatureRequestReader(ReadShape shape, int maxDepth)
{
    /// <summary>Reads a body; null, or why it is refused.</summary>
    public RequestRefusal? Read(ReadOnlySpan<byte> body, FeatureReadRequest request)
    {
        request.Clear();
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new($"the body is {JsonWords.Of(ref reader)}; it must be an object with {shape.Names}", null);
            }
            if (ReadMembers(ref reader, request, out var seen) is { } refusal) return refusal;
            // Only the end may follow; anything else throws.
            reader.Read();
            request.EntitiesFirst();
            return Check(seen, request);
        }
        catch (JsonException e)
        {
            return new($"the body is not JSON that can be read here: {e.Message}", null);
        }
    }

    private RequestRefusal? ReadMembers(ref Utf8JsonReader reader, FeatureReadRequest request, out ReadMember seen)
    {
        seen = ReadMember.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = shape.Find(ref reader);
            if (member == ReadMember.None && !shape.TakesOthers)
            {
                var name = JsonWords.NameOf(ref reader);
                return new($"{name} is not a member of a request; the members are {shape.Names}", name);
            }
            reader.Read();
            if (member == ReadMember.None)
            {
                reader.Skip();
                continue;
            }
            if ((seen & member) != 0) return new($"{shape.NameOf(member)} is given twice", shape.NameOf(member));
            // Clients send null for what they leave out.
            if (reader.TokenType == JsonTokenType.Null) continue;
            seen |= member;
            if (ReadValue(ref reader, member, request) is { } refusal) return refusal;
        }
        return null;
    }

    private RequestRefusal? ReadValue(ref Utf8JsonReader reader, ReadMember member, FeatureReadRequest request)
    {
        var name = shape.NameOf(member);
        switch (member)
        {
            case ReadMember.Ids: return ReadColumn(ref reader, name, "", member, request);
            case ReadMember.Entities or ReadMember.Inputs: return ReadColumns(ref reader, name, member, request);
            case ReadMember.Features: return ReadReferences(ref reader, name, request.Selection);
            case ReadMember.Entity or ReadMember.Service:
                if (reader.TokenType != JsonTokenType.String) return new($"{name} is {JsonWords.Of(ref reader)}; it must be a name", name);
                if (!JsonWords.TryGetString(ref reader, out var text)) return new($"{name} is not valid Unicode text", name);
                if (member == ReadMember.Entity) request.Entity = text;
                // Together with features it is refused; the check comes when both were seen.
                else if (request.Selection.Kind == SelectionKind.None) request.Selection.SelectService(text);
                return null;
            default:
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return new($"{name} is {JsonWords.Of(ref reader)}; it must be true or false", name);
                if (member == ReadMember.FullNames) request.FullNames = reader.GetBoolean();
                else request.IncludeVersions = reader.GetBoolean();
                return null;
        }
    }

    private static RequestRefusal? ReadReferences(ref Utf8JsonReader reader, string name, FeatureSelection selection)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return new($"{name} is {JsonWords.Of(ref reader)}; it must be an array of view:feature", name);
        selection.BeginList();
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (reader.TokenType != JsonTokenType.String) return new($"{name}[{i}] is {JsonWords.Of(ref reader)}; it must be text, view:feature", $"{name}[{i}]");
            if (!selection.TryAddReference(ref reader)) return new($"{name}[{i}] is not valid Unicode text", $"{name}[{i}]");
        }
        return null;
    }

    private static RequestRefusal? ReadColumns(ref Utf8JsonReader reader, string name, ReadMember member, FeatureReadRequest request)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new($"{name} is {JsonWords.Of(ref reader)}; it must be an object of columns, an array for each", name);
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!JsonWords.TryGetString(ref reader, out var column)) return new($"{name} has a name that is not valid Unicode text", name);
            if (request.Has(column)) return new($"{name}.{column} is given twice", $"{name}.{column}");
            reader.Read();
            if (ReadColumn(ref reader, $"{name}.{column}", column, member, request) is { } refusal) return refusal;
        }
        return null;
    }

    private static RequestRefusal? ReadColumn(ref Utf8JsonReader reader, string place, string name, ReadMember member, FeatureReadRequest request)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return new($"{place} is {JsonWords.Of(ref reader)}; it must be an array with a value for each entity", place);
        var start = (int)reader.TokenStartIndex;
        var rows = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; rows++) reader.Skip();
        request.Add(new RequestColumn(name, member, start, (int)reader.BytesConsumed - start, rows));
        return null;
    }

    private RequestRefusal? Check(ReadMember seen, FeatureReadRequest request)
    {
        var (ids, entities, entity) = ((seen & ReadMember.Ids) != 0, (seen & ReadMember.Entities) != 0, (seen & ReadMember.Entity) != 0);
        if (ids && entities) return new("ids and entities are both given; one of them must say whose features are asked for", "ids");
        if (ids && !entity) return new("entity is missing; it must name the entity whose ids are given", "entity");
        if (entity && !ids && !entities) return new("ids is missing; it must be an array with the key of each entity", "ids");
        if (!ids && !entities) return new("entities is missing; it must be an object with an array for each join key", "entities");
        const ReadMember Both = ReadMember.Features | ReadMember.Service;
        if ((seen & Both) == Both)
        {
            return new($"{shape.NameOf(ReadMember.Features)} and {shape.NameOf(ReadMember.Service)} are both given; one of them must say which features are asked for", "features");
        }
        if (request.Selection.Kind != SelectionKind.None) return null;
        if (!entity) return new($"features is missing; features or {shape.NameOf(ReadMember.Service)} must say which features are asked for", "features");
        request.Selection.SelectEntity(request.Entity!);
        return null;
    }
}
