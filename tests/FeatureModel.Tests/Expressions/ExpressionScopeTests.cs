using FeatureModel.Expressions;
using FeatureModel.Values;

namespace FeatureModel.Tests.Expressions;

/// <summary>What a name means, with its view and without.</summary>
public sealed class ExpressionScopeTests
{
    private readonly ExpressionScope _scope = new();

    public ExpressionScopeTests()
    {
        _scope.Add("stats", "visits", FeatureDataType.Int64);
        _scope.Add("orders", "visits", FeatureDataType.Int64);
        _scope.Add("orders", "amount", FeatureDataType.Double);
        _scope.Add(null, "request_time", FeatureDataType.UnixTimestamp);
    }

    private int Slot(string text)
    {
        Assert.True(ExpressionCompiler.TryCompile(text, _scope, out var expression, out var errors), string.Join("; ", errors));
        return Assert.Single(expression.UsedSlots.ToArray());
    }

    private string Rule(string text)
    {
        Assert.False(ExpressionCompiler.TryCompile(text, _scope, out _, out var errors));
        return Assert.Single(errors).Rule;
    }

    [Fact]
    public void A_qualified_name_is_the_views_own()
    {
        Assert.Equal(0, Slot("stats.visits"));
        Assert.Equal(1, Slot("orders.visits"));
        Assert.Equal(2, Slot("orders.amount"));
    }

    [Fact]
    public void A_bare_name_is_the_one_that_has_it()
    {
        Assert.Equal(2, Slot("amount"));
        Assert.Equal(3, Slot("request_time"));
    }

    [Fact]
    public void A_bare_name_of_two_views_is_refused_with_both() =>
        Assert.Equal("2 views have a feature of this name; write stats.visits or orders.visits", Rule("visits + 1"));

    [Fact]
    public void A_bare_name_is_the_input_without_a_view_where_there_is_one()
    {
        Assert.Equal(4, _scope.Add(null, "visits", FeatureDataType.Int64));
        Assert.Equal(4, Slot("visits"));
        Assert.Equal(0, Slot("stats.visits"));
    }

    [Fact]
    public void An_unknown_view_or_feature_is_told_with_near_ones()
    {
        Assert.Equal("no such input; did you mean 'stats.visits'?", Rule("stat.visits"));
        Assert.Equal("no such input; did you mean 'orders.amount'?", Rule("orders.amont"));
        Assert.Equal("no such input", Rule("request.request_time"));
    }

    [Fact]
    public void Slots_may_be_chosen()
    {
        _scope.Add(new ExpressionInput(null, "late", FeatureDataType.Int64, 40));
        Assert.Equal(40, Slot("late"));
        Assert.Equal(41, _scope.SlotCount);
        Assert.Equal(41, _scope.Add(null, "next", FeatureDataType.Int64));
    }

    [Fact]
    public void A_name_is_added_once() =>
        Assert.Throws<ArgumentException>(() => _scope.Add("orders", "amount", FeatureDataType.Int64));

    [Fact]
    public void Names_of_any_characters_stand_in_backticks()
    {
        _scope.Add("30d", "中文 name", FeatureDataType.Int64);
        Assert.Equal(4, Slot("`30d`.`中文 name`"));
        _scope.Add(null, "in", FeatureDataType.Int64);
        Assert.Equal(5, Slot("`in` + 1"));
    }
}
