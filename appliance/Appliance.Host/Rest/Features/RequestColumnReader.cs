// Hot path: once per entity value of a request.
using System.Text;
using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Features.Reading;
using FeatureModel.Values;

namespace Appliance.Host.Rest.Features;

/// <summary>Reads the columns that were found in a body, each in the type that the plan needs. Stateless.</summary>
internal sealed class RequestColumnReader(ReadShape shape, int maxDepth)
{
    /// <summary>Fills the rows; null, or the first value that cannot be taken.</summary>
    public RequestRefusal? Read(ReadOnlySpan<byte> body, FeatureReadRequest request, FeatureReadPlan plan, EntityRows rows)
    {
        rows.Clear();
        foreach (var column in request.Columns)
        {
            rows.AddColumn(column.Name);
            var reader = new Utf8JsonReader(body.Slice(column.Start, column.Length), new JsonReaderOptions { MaxDepth = maxDepth });
            reader.Read();
            if (ReadColumn(ref reader, column, TypeOf(plan, column.Name), rows) is { } refusal) return refusal;
        }
        return null;
    }

    private RequestRefusal? ReadColumn(ref Utf8JsonReader reader, in RequestColumn column, FeatureDataType? type, EntityRows rows)
    {
        for (var row = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; row++)
        {
            if (ReadValue(ref reader, type, column.Member, out var value) is { } error)
            {
                var place = $"{Place(column)}[{row}]";
                return new($"{place} {error}", place);
            }
            rows.Add(value);
        }
        return null;
    }

    private string? ReadValue(ref Utf8JsonReader reader, FeatureDataType? type, ReadMember member, out FeatureValue value)
    {
        try
        {
            if (type is not { } known) return ReadAny(ref reader, member, out value);
            if (shape.TakesPython && reader.TokenType == JsonTokenType.Number)
            {
                if (known == FeatureDataType.UnixTimestamp)
                {
                    value = FrameTime.TryRead(reader.GetDouble(), out var micros) ? FeatureValue.OfTimestamp(micros) : FeatureValue.Null;
                    return value.IsNull ? $"is {Encoding.UTF8.GetString(reader.ValueSpan)}; it {FrameTime.Rule}" : null;
                }
                if (FrameValue.TryWhole(ref reader, known, out value)) return null;
            }
            return JsonValueReader.Read(ref reader, known, out value);
        }
        catch (InvalidOperationException)
        {
            value = FeatureValue.Null;
            return "is not valid Unicode text";
        }
    }

    // A column that no view needs: at most it comes back in the answer, which inputs never do.
    private string? ReadAny(ref Utf8JsonReader reader, ReadMember member, out FeatureValue value)
    {
        value = reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetInt64(out var whole) ? FeatureValue.Of(whole) : FeatureValue.Of(reader.GetDouble()),
            JsonTokenType.String => FeatureValue.Of(reader.GetString()!),
            JsonTokenType.True or JsonTokenType.False => FeatureValue.Of(reader.GetBoolean()),
            _ => FeatureValue.Null,
        };
        if ((shape.TakesOthers || member == ReadMember.Inputs) && reader.TokenType is (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            reader.Skip();
            return null;
        }
        return value.IsNull && reader.TokenType != JsonTokenType.Null ? $"is {JsonWords.Of(ref reader)}; it must be a single value" : null;
    }

    private static FeatureDataType? TypeOf(FeatureReadPlan plan, string column)
    {
        foreach (var required in plan.Required)
        {
            if (required.Name == column) return required.Type;
        }
        return null;
    }

    private string Place(in RequestColumn column) =>
        column.Member == ReadMember.Ids ? shape.NameOf(column.Member) : $"{shape.NameOf(column.Member)}.{column.Name}";
}
