using FeatureModel.Expressions;
using FeatureModel.Values;

namespace FeatureModel.Tests.Expressions;

/// <summary>Thousands of random expressions mean what the oracle says: over inputs, over literals in their place, and from their normal form.</summary>
public sealed class RandomExpressionTests
{
    private const int Rounds = 6_000, RowsEach = 5;

    private static readonly ExpressionScope Scope = MakeScope();

    [Theory]
    [InlineData(1)]
    [InlineData(20_261_128)]
    public void An_expression_over_inputs_means_what_the_oracle_says(int seed)
    {
        var random = new Random(seed);
        var generator = new OracleGenerator(random);
        for (var round = 0; round < Rounds; round++)
        {
            var (tree, text) = Next(generator, random);
            var expression = Compile(text, seed, round);
            for (var i = 0; i < RowsEach; i++)
            {
                var row = generator.Row(finite: false);
                AssertSame(Oracle.Value(tree, row), expression.Evaluate(Slots(row)), text, seed, round);
            }
        }
    }

    [Fact]
    public void An_expression_over_literals_means_the_same_as_over_inputs()
    {
        const int Seed = 77;
        var random = new Random(Seed);
        var generator = new OracleGenerator(random);
        for (var round = 0; round < Rounds; round++)
        {
            var (tree, _) = Next(generator, random);
            var row = generator.Row(finite: true);
            var text = tree.Text(n => OraclePart.Literal(row[(string)n.Value!], n.Type));
            var expression = Compile(text, Seed, round);
            Assert.Empty(expression.UsedSlots.ToArray());
            AssertSame(Oracle.Value(tree, row), expression.Evaluate([]), text, Seed, round);
        }
    }

    [Fact]
    public void What_is_printed_parses_to_the_same_print_and_the_same_values()
    {
        const int Seed = 4_711;
        var random = new Random(Seed);
        var generator = new OracleGenerator(random);
        for (var round = 0; round < Rounds; round++)
        {
            var (tree, text) = Next(generator, random);
            Assert.True(ExpressionCompiler.TryNormalise(text, out var normal, out _));
            var expression = Compile(normal, Seed, round);
            Assert.Equal(normal, expression.ToString());
            Assert.True(normal.Length <= text.Length, $"seed {Seed}, round {round}: {text} became {normal}");
            var row = generator.Row(finite: false);
            AssertSame(Oracle.Value(tree, row), expression.Evaluate(Slots(row)), normal, Seed, round);
        }
    }

    private static (OraclePart Tree, string Text) Next(OracleGenerator generator, Random random)
    {
        while (true)
        {
            var tree = generator.Part("idbst"[random.Next(5)], random.Next(1, 6));
            var text = tree.Text(n => (string)n.Value!);
            if (text.Length < 2_000) return (tree, text);
        }
    }

    private static CompiledExpression Compile(string text, int seed, int round)
    {
        Assert.True(ExpressionCompiler.TryCompile(text, Scope, out var expression, out var errors), $"seed {seed}, round {round}: {text}: {string.Join("; ", errors)}");
        return expression;
    }

    private static void AssertSame(object? expected, FeatureValue actual, string text, int seed, int round)
    {
        var wanted = expected switch
        {
            null => FeatureValue.Null,
            long whole when actual.Type == FeatureDataType.UnixTimestamp => FeatureValue.OfTimestamp(whole),
            long whole => FeatureValue.Of(whole),
            // Zeros are equal whatever their sign.
            double number => FeatureValue.Of(number == 0 ? 0 : number),
            bool truth => FeatureValue.Of(truth),
            var other => FeatureValue.Of((string)other),
        };
        if (actual.Type == FeatureDataType.Double && actual.AsDouble == 0) actual = FeatureValue.Of(0.0);
        Assert.True(wanted.Equals(actual), $"seed {seed}, round {round}: {text} is {actual} ({actual.Type}), wanted {wanted} ({wanted.Type})");
    }

    private static FeatureValue[] Slots(IReadOnlyDictionary<string, object?> row) =>
    [
        .. OracleGenerator.Names.Select(n => row[n.Name] switch
        {
            null => FeatureValue.Null,
            long whole => n.Type == 't' ? FeatureValue.OfTimestamp(whole) : FeatureValue.Of(whole),
            double number => FeatureValue.Of(number),
            bool truth => FeatureValue.Of(truth),
            var text => FeatureValue.Of((string)text),
        }),
    ];

    private static ExpressionScope MakeScope()
    {
        var scope = new ExpressionScope();
        foreach (var (name, type) in OracleGenerator.Names)
        {
            scope.Add(null, name, type switch
            {
                'i' => FeatureDataType.Int64,
                'd' => FeatureDataType.Double,
                'b' => FeatureDataType.Bool,
                's' => FeatureDataType.String,
                _ => FeatureDataType.UnixTimestamp,
            });
        }
        return scope;
    }
}
