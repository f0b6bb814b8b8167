using System.Globalization;
using System.Text;
using Appliance.Features.Reading;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Features;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Scoring.Entities;

/// <summary>Words the errors of a request's entities and puts them into its entry. Every method returns false.</summary>
internal readonly struct EntityRefusals(BatchEntry entry, EntityBinding? binding, RowPath path)
{
    /// <summary>Characters of a caller's own text that a message repeats at most.</summary>
    private const int QuotedCharacters = 60;

    /// <summary>The model names no feature service.</summary>
    public bool NoService(int row)
    {
        var field = Field(row, "entity");
        return Fail($"{field} is given, and model '{entry.Model?.Name}' names no feature service to read features of an entity from", field);
    }

    public bool Unknown(int row, ReadOnlySpan<byte> utf8Name)
    {
        var name = Encoding.UTF8.GetString(utf8Name);
        var field = Field(row, $"entity.{Shortened(name)}");
        return Fail($"{field} is no key of feature service '{binding!.Service}'{NearNames.Hint(name, [.. binding.Keys.Select(k => k.Name)])}", field);
    }

    public bool Duplicate(int row, RequiredColumn key)
    {
        var field = Field(row, $"entity.{key.Name}");
        return Fail($"{field} is given twice", field);
    }

    public bool Missing(int row, RequiredColumn key)
    {
        var field = Field(row, $"entity.{key.Name}");
        return Fail($"{field} is missing; feature service '{binding!.Service}' needs it, and it must be {Rule(key.Type)}", field);
    }

    /// <param name="isUser">Whether the key came as the row's userId.</param>
    public bool Value(int row, RequiredColumn key, string value, bool isUser)
    {
        var field = Field(row, isUser ? "userId" : $"entity.{key.Name}");
        var role = isUser ? $", as join key '{key.Name}' of feature service '{binding!.Service}' is" : "";
        return Fail($"{field} is {value}; it must be {Rule(key.Type)}{role}", field);
    }

    public bool Text(int row, RequiredColumn key, string value, bool isUser) => Value(row, key, $"\"{Shortened(value)}\"", isUser);

    public bool TooLong(int row, RequiredColumn key, int characters, bool isUser)
    {
        var field = Field(row, isUser ? "userId" : $"entity.{key.Name}");
        return Fail(string.Create(CultureInfo.InvariantCulture, $"{field} is {characters} characters long; it must be at most {EntityKeyWriter.MaxCharacters}"), field);
    }

    private bool Fail(string message, string field)
    {
        entry.Fail(ScoreStatus.InvalidArgument, message, field);
        return false;
    }

    private string Field(int row, string name) => path switch
    {
        RowPath.Single => name,
        RowPath.Array => $"[{row}].{name}",
        _ => $"rows[{row}].{name}",
    };

    private static string Rule(FeatureDataType type) => type switch
    {
        FeatureDataType.Int32 => "a whole number of 32 bits",
        FeatureDataType.Int64 => "a whole number of 64 bits",
        FeatureDataType.Double or FeatureDataType.Float => "a finite number",
        FeatureDataType.Bool => "true or false",
        FeatureDataType.UnixTimestamp => Rfc3339.Rule["must be ".Length..],
        _ => "a string",
    };

    private static string Shortened(string text) => text.Length <= QuotedCharacters ? text : $"{text.AsSpan(0, QuotedCharacters)}...";
}
