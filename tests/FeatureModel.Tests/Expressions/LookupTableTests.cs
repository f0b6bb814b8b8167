using System.Text.Json;
using FeatureModel.Definitions;
using FeatureModel.Expressions;
using FeatureModel.Values;

namespace FeatureModel.Tests.Expressions;

/// <summary>Tables are checked when they are made and read by lookup.</summary>
public sealed class LookupTableTests
{
    private static LookupTableDefinition Definition(string keyType, string valueType, params (string Key, string Json)[] entries) => new()
    {
        Name = "rates",
        KeyType = keyType,
        ValueType = valueType,
        Entries = entries.ToDictionary(e => e.Key, e => JsonDocument.Parse(e.Json).RootElement),
    };

    private static LookupTable Table(LookupTableDefinition definition)
    {
        Assert.True(LookupTable.TryCreate(definition, out var table, out var errors), string.Join("; ", errors));
        return table;
    }

    private static IReadOnlyList<string> Errors(LookupTableDefinition definition)
    {
        Assert.False(LookupTable.TryCreate(definition, out _, out var errors));
        return errors;
    }

    private static string Show(LookupTable table, string text)
    {
        var scope = new ExpressionScope();
        scope.Add(null, "city", FeatureDataType.String);
        scope.Add(null, "none", FeatureDataType.String);
        scope.Add(null, "id", FeatureDataType.Int64);
        scope.Add(table);
        Assert.True(ExpressionCompiler.TryCompile(text, scope, out var expression, out var errors), string.Join("; ", errors));
        return ExpressionRig.Show(expression.Evaluate([FeatureValue.Of("Oslo"), FeatureValue.Null, FeatureValue.Of(7L)]));
    }

    [Theory]
    [InlineData("string", "double", "Oslo", "1.5", "lookup(rates, city, 0)", "double 1.5")]
    [InlineData("string", "double", "Rome", "1.5", "lookup(rates, city, 0)", "double 0")]
    [InlineData("string", "double", "Rome", "1.5", "lookup(rates, city)", "null")]
    [InlineData("string", "double", "Rome", "1.5", "lookup(rates, city, null)", "null")]
    [InlineData("string", "double", "Rome", "1.5", "lookup(rates, none, -1.0)", "double -1")]
    [InlineData("string", "double", "Rome", "1.5", "lookup(rates, 'Rome')", "double 1.5")]
    [InlineData("string", "int64", "Oslo", "3", "lookup(rates, city, 0) + 1", "int64 4")]
    [InlineData("string", "string", "Oslo", "\"no\"", "lookup(rates, city, 'xx')", "string 'no'")]
    [InlineData("int64", "double", "7", "1e2", "lookup(rates, id, 0)", "double 100")]
    [InlineData("int64", "int64", "-7", "4", "lookup(rates, -id, id)", "int64 4")]
    [InlineData("int64", "int64", "-7", "4", "lookup(rates, id, id)", "int64 7")]
    [InlineData("int64", "string", "8", "\"a\"", "lookup(rates, id + 1, city)", "string 'a'")]
    public void The_entry_under_the_key_or_the_default(string keyType, string valueType, string key, string json, string text, string expected) =>
        Assert.Equal(expected, Show(Table(Definition(keyType, valueType, (key, json))), text));

    [Theory]
    [InlineData("lookup('rates', city)", "the first argument of lookup is a lookup table's name")]
    [InlineData("lookup(rate, city)", "no such lookup table; did you mean 'rates'?")]
    [InlineData("lookup(rates, id)", "the keys of rates are string, and this is an int64")]
    [InlineData("lookup(rates, null)", "the keys of rates are string, and this is null")]
    [InlineData("lookup(rates, city, 'a')", "the values of rates are double, and this default is a string")]
    public void A_lookup_that_does_not_fit_its_table_is_refused(string text, string rule)
    {
        var scope = new ExpressionScope();
        scope.Add(null, "city", FeatureDataType.String);
        scope.Add(null, "id", FeatureDataType.Int64);
        scope.Add(Table(Definition("string", "double")));
        Assert.False(ExpressionCompiler.TryCompile(text, scope, out _, out var errors));
        Assert.Equal(rule, Assert.Single(errors).Rule);
    }

    [Theory]
    [InlineData("string", "double", "a", "\"1\"", "lookupTables.rates.entries['a'] is \"1\": the value must be a finite number.")]
    [InlineData("string", "double", "a", "1e999", "lookupTables.rates.entries['a'] is 1e999: the value must be a finite number.")]
    [InlineData("string", "double", "a", "null", "lookupTables.rates.entries['a'] is null: the value must be a finite number.")]
    [InlineData("string", "int64", "a", "1.5", "lookupTables.rates.entries['a'] is 1.5: the value must be an int64.")]
    [InlineData("string", "string", "a", "1", "lookupTables.rates.entries['a'] is 1: the value must be a string.")]
    [InlineData("int64", "double", "a", "1", "lookupTables.rates.entries['a'] is 1: its key must be an int64 in decimal digits.")]
    [InlineData("int32", "double", "1", "1", "lookupTables.rates.keyType is 'int32'; it must be string or int64.")]
    [InlineData("string", "bool", "a", "true", "lookupTables.rates.valueType is 'bool'; it must be string, int64 or double.")]
    public void An_entry_that_breaks_a_rule_is_named(string keyType, string valueType, string key, string json, string error) =>
        Assert.Equal(error, Assert.Single(Errors(Definition(keyType, valueType, (key, json)))));

    [Fact]
    public void Two_spellings_of_one_key_are_refused() =>
        Assert.Equal("lookupTables.rates.entries['07'] is 2: another entry has the same key.", Assert.Single(Errors(Definition("int64", "int64", ("7", "1"), ("07", "2")))));

    [Fact]
    public void A_name_and_bounded_texts_are_wanted()
    {
        var definition = Definition("string", "string", (new string('k', 2_000), "\"a\""), ("b", $"\"{new string('v', 2_000)}\""));
        Assert.Collection(Errors(definition),
            e => Assert.EndsWith("is \"a\": its key has 2000 characters; 1024 are the most.", e),
            e => Assert.EndsWith("...: the value has 2000 characters; 1024 are the most.", e));
        definition.Name = " ";
        Assert.StartsWith("lookupTables.name is empty", Assert.Single(Errors(definition)));
        Assert.Equal(ExpressionLimits.Errors,
            Errors(Definition("int64", "int64", [.. Enumerable.Range(0, 100).Select(i => ($"k{i}", "1"))])).Count);
    }

    [Fact]
    public void A_value_that_was_never_set_is_named()
    {
        var definition = Definition("string", "double");
        definition.Entries["a"] = default;
        Assert.Equal("lookupTables.rates.entries['a'] is nothing: the value must be a finite number.", Assert.Single(Errors(definition)));
    }
}
