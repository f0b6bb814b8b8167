namespace FeatureModel.Tests.Definitions;

public sealed class AggregateRulesTests
{
    private const string Feature = "featureViews[0].features[2]";

    [Theory]
    [InlineData("count", null, "int64")]
    [InlineData("count", null, "double")]
    [InlineData("count", "channel", "int64")]
    [InlineData("sum", "points", "int64")]
    [InlineData("sum", "points", "double")]
    [InlineData("sum", "amount", "double")]
    [InlineData("sum", "amount", "float")]
    [InlineData("min", "points", "int64")]
    [InlineData("max", "at", "timestamp")]
    [InlineData("mean", "points", "double")]
    [InlineData("last", "amount", "float")]
    [InlineData("distinct", "channel", "int64")]
    [InlineData("distinct", "amount", "double")]
    public void A_function_gives_these_types(string function, string? field, string type) => Assert.Empty(Errors(function, field, type));

    [Theory]
    [InlineData("count", null, "int32", ".type is 'int32'; count gives int64 or double")]
    [InlineData("sum", "points", "int32", ".type is 'int32'; sum of a field of type int32 gives int64 or double")]
    [InlineData("sum", "amount", "int64", ".type is 'int64'; sum of a field of type float gives double or float")]
    [InlineData("mean", "points", "int64", ".type is 'int64'; mean of a field of type int32 gives double or float")]
    [InlineData("max", "at", "int64", ".type is 'int64'; max of a field of type timestamp gives timestamp")]
    [InlineData("last", "channel", "string",
        ".aggregate.field is 'string'; last takes a field of type int32, int64, float, double or bool, or timestamp; the newest text of an entity is a string feature of a batch view, whose rows are pushed")]
    [InlineData("distinct", "channel", "string", ".type is 'string'; distinct of a field of type string gives int64 or double")]
    [InlineData("sum", "channel", "double", ".aggregate.field is 'string'; sum takes a field of type int32, int64, float, double or bool")]
    [InlineData("mean", "at", "double", ".aggregate.field is 'timestamp'; mean takes a field of type int32, int64, float, double or bool")]
    [InlineData("min", "channel", "string", ".aggregate.field is 'string'; min takes a field of type int32, int64, float, double or bool, or timestamp")]
    [InlineData("last", "tags", "list<string>",
        ".aggregate.field is 'list<string>'; last takes a field of type int32, int64, float, double or bool, or timestamp")]
    [InlineData("sum", null, "double", ".aggregate.field is absent; sum takes a field of the source")]
    [InlineData("sum", "amonut", "double", ".aggregate.field is 'amonut'; the source 'events' has no such field; did you mean 'amount'?")]
    [InlineData("median", "amount", "double", ".aggregate.function is 'median'; it must be one of count, sum, min, max, mean, last, distinct, decayed")]
    public void A_function_refuses_other_fields_and_types(string function, string? field, string type, string error) =>
        Assert.Equal(["$." + Feature + error], Errors(function, field, type));

    [Theory]
    [InlineData("""{"function":"count"}""", ".window is absent; it must be a whole number and a unit out of s, m, h and d, such as 30s, 5m, 1h or 30d, and at most 36500d")]
    [InlineData("""{"function":"count","window":"59s"}""", ".window is '59s'; it must be 1m to 90d")]
    [InlineData("""{"function":"count","window":"91d"}""", ".window is '91d'; it must be 1m to 90d")]
    [InlineData("""{"function":"count","window":"1d","halfLife":"1d"}""", ".halfLife is '1d'; only decayed has a half life")]
    [InlineData("""{"function":"decayed","halfLife":"0s"}""", ".halfLife is '0s'; it must be at least 1s")]
    [InlineData("""{"function":"decayed","halfLife":"1d","window":"1d"}""", ".window is '1d'; decayed has a half life instead of a window")]
    [InlineData("""{"function":"count","window":"1d","where":" "}""", ".where is ' '; a filter must not be empty; leave it out to take every event")]
    public void Windows_half_lives_and_filters_have_rules(string aggregate, string error) =>
        Assert.Equal(["$." + Feature + ".aggregate" + error],
            new EditedDefinitions().With(Feature + ".aggregate", aggregate).Errors());

    [Fact]
    public void A_feature_of_a_stream_view_needs_an_aggregate() =>
        Assert.Equal(["$." + Feature + ".aggregate is absent; a feature of a stream view says how it is made of events"],
            new EditedDefinitions().With(Feature + ".aggregate", null).Errors());

    [Fact]
    public void A_decayed_field_is_a_number() =>
        Assert.Equal(["$." + Feature + ".aggregate.field is 'string'; decayed takes a field of type int32, int64, float, double or bool"],
            new EditedDefinitions().With(Feature + ".aggregate", """{"function":"decayed","field":"channel","halfLife":"1d"}""").Errors());

    private static string[] Errors(string function, string? field, string type) =>
        new EditedDefinitions().With(Feature + ".type", $"\"{type}\"")
            .With(Feature + ".aggregate", $$"""{"function":"{{function}}","window":"1d"{{(field is null ? "" : $",\"field\":\"{field}\"")}}}""").Errors();
}
