using System.Globalization;
using System.Text;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring.Entities;
using FeatureModel;

namespace Appliance.Scoring.Features;

/// <summary>Words the errors of a request's features and puts them into its entry. Every method returns false.</summary>
internal readonly struct FeatureRefusals(BatchEntry entry, FeatureBinding binding, RowPath path)
{
    /// <summary>Characters of a caller's own text that a message repeats at most.</summary>
    private const int QuotedCharacters = 60;

    public bool TooManyRows() => Fail(
        $"the request holds more than {binding.MaxRows} row{(binding.MaxRows == 1 ? "" : "s")}, which is all that model '{Model}' takes at once",
        RowsField);

    public bool NoRows() => Fail($"the request holds no row; it must hold 1 to {binding.MaxRows}", RowsField);

    public bool Unknown(int row, ReadOnlySpan<byte> utf8Name)
    {
        var name = Encoding.UTF8.GetString(utf8Name);
        var field = Field(row, Shortened(name));
        var question = NearNames.Question(name, binding.Features.Select(f => f.Name));
        var hint = question.Length > 0 ? question : $"; its features are {Known()}";
        return Fail($"{field} is not a feature of model '{Model}'{hint}", field);
    }

    public bool Duplicate(int row, BoundFeature feature)
    {
        var field = Field(row, feature.Name);
        return Fail($"{field} is given twice", field);
    }

    /// <param name="hint">What else could have filled it; empty for nothing.</param>
    public bool Missing(int row, BoundFeature feature, string hint)
    {
        var field = Field(row, feature.Name);
        return Fail($"{field} is missing; it must be {feature.Type.Noun()}, and model '{Model}' has no default for it{hint}", field);
    }

    /// <summary>The store has no value.</summary>
    /// <param name="why">Why, as a clause.</param>
    public bool NotStored(int row, BoundFeature feature, string why)
    {
        var field = Field(row, feature.Name);
        return Fail($"{field} is missing; {why}, and neither its definition nor model '{Model}' has a default for it", field);
    }

    /// <summary>The store has a value that the model cannot take.</summary>
    public bool Stored(int row, BoundFeature feature, string reference, string value, CellOutcome outcome)
    {
        var field = Field(row, feature.Name);
        return Fail($"{field} is {value}, as '{reference}' is stored; it must be {feature.RuleOf(outcome)}", field);
    }

    /// <summary>The store is to fill the feature and cannot be read.</summary>
    public bool Unreadable(int row, BoundFeature feature, EntityBinding service)
    {
        var field = Field(row, feature.Name);
        entry.Fail(
            ScoreStatus.FeaturesUnavailable,
            $"{field} is missing, and feature service '{service.Service}' version {service.Version} cannot be read: {service.Problem}",
            field);
        return false;
    }

    public bool Number(int row, BoundFeature feature, double value, CellOutcome outcome) =>
        Value(row, feature, value.ToString("R", CultureInfo.InvariantCulture), outcome);

    public bool Integer(int row, BoundFeature feature, long value, CellOutcome outcome) =>
        Value(row, feature, value.ToString(CultureInfo.InvariantCulture), outcome);

    public bool Text(int row, BoundFeature feature, ReadOnlySpan<byte> utf8) =>
        Value(row, feature, $"\"{Shortened(Encoding.UTF8.GetString(utf8))}\"");

    public bool Value(int row, BoundFeature feature, string value, CellOutcome outcome = CellOutcome.WrongKind)
    {
        var field = Field(row, feature.Name);
        return Fail($"{field} is {value}; it must be {feature.RuleOf(outcome)}", field);
    }

    private string Model => entry.Model?.Name ?? "";

    private string? RowsField => path == RowPath.Rows ? "rows" : null;

    private string Field(int row, string name) => path switch
    {
        RowPath.Single => $"features.{name}",
        RowPath.Array => $"[{row}].features.{name}",
        _ => $"rows[{row}].features.{name}",
    };

    private string Known()
    {
        // Enough to see a naming scheme, short enough for a line.
        const int shown = 20;
        var names = string.Join(", ", binding.Features.Take(shown).Select(f => $"'{f.Name}'"));
        return binding.Features.Length > shown ? $"{names} and {binding.Features.Length - shown} more" : names;
    }

    private bool Fail(string message, string? field)
    {
        entry.Fail(ScoreStatus.InvalidArgument, message, field);
        return false;
    }

    private static string Shortened(string text) => text.Length <= QuotedCharacters ? text : $"{text.AsSpan(0, QuotedCharacters)}...";
}
