namespace FeatureModel.Tests.Expressions;

/// <summary>Random expressions that are well typed, and random rows with the values at which things go wrong.</summary>
internal sealed class OracleGenerator(Random random)
{
    /// <summary>Names by the letter of their type.</summary>
    public static readonly (string Name, char Type)[] Names =
        [("i1", 'i'), ("i2", 'i'), ("d1", 'd'), ("d2", 'd'), ("b1", 'b'), ("b2", 'b'), ("s1", 's'), ("s2", 's'), ("t1", 't'), ("t2", 't')];

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly long[] Wholes = [0, 1, -1, 2, 3, 10, -7, 1_000_000, long.MaxValue, long.MinValue, int.MaxValue, 3_037_000_500];
    private static readonly double[] Doubles = [0, 1, -1, 0.5, -0.5, 2.5, -2.5, 1e-300, 1e300, -1e308, 3, 9.3e18, 0.1];
    private static readonly string[] Texts = ["", "a", "A", "ab", "it's", "\\", "中", "\U0001F600b", "purchase"];

    public OraclePart Part(char type, int depth)
    {
        if (depth == 0 || random.Next(8) == 0) return Leaf(type);
        return type switch
        {
            'i' => WholePart(depth - 1),
            'd' => DoublePart(depth - 1),
            'b' => BoolPart(depth - 1),
            's' => TextPart(depth - 1),
            't' => TimePart(depth - 1),
            _ => DurationPart(depth - 1),
        };
    }

    /// <summary>A value for each name; null one time in six.</summary>
    /// <param name="finite">Whether every value can be written in a text.</param>
    public Dictionary<string, object?> Row(bool finite) => Names.ToDictionary(n => n.Name, n => random.Next(6) == 0 ? null : RandomValue(n.Type, finite));

    private OraclePart Leaf(char type)
    {
        var names = Array.FindAll(Names, n => n.Type == type);
        if (type == 'u') return new OraclePart("value", 'u', (long)random.Next(100_000) * 1_000_000);
        return random.Next(3) == 0
            ? new OraclePart("value", type, RandomValue(type, finite: true))
            : new OraclePart("name", type, names[random.Next(names.Length)].Name);
    }

    private object RandomValue(char type, bool finite) => type switch
    {
        'i' => random.Next(2) == 0 ? Pick(Wholes) : random.NextInt64(-100, 100),
        'd' => random.Next(3) == 0 ? Pick(Doubles) : !finite && random.Next(6) == 0 ? Pick([double.NaN, double.PositiveInfinity, double.NegativeInfinity]) : random.NextDouble() * 200 - 100,
        'b' => random.Next(2) == 0,
        's' => Pick(Texts),
        _ => random.NextInt64(-3_000_000_000, 6_000_000_000) * 1_000_000,
    };

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    private OraclePart Number(int depth) => Part(random.Next(2) == 0 ? 'i' : 'd', depth);

    private OraclePart General(char type, int depth) => random.Next(2) == 0
        ? new OraclePart("if", type, null, Part('b', depth), Part(type, depth), Part(type, depth))
        : new OraclePart("coalesce", type, null, Part(type, depth), Part(type == 'd' && random.Next(2) == 0 ? 'i' : type, depth), Part(type, depth));

    private OraclePart WholePart(int depth) => random.Next(12) switch
    {
        < 5 => new OraclePart(Pick(["+", "-", "*", "%"]), 'i', null, Part('i', depth), Part('i', depth)),
        5 => new OraclePart(Pick(["neg", "abs", "sign", "floor", "round"]), 'i', null, Part('i', depth)),
        6 => new OraclePart(Pick(["min", "max"]), 'i', null, Part('i', depth), Part('i', depth), Part('i', depth)),
        7 => new OraclePart("clip", 'i', null, Part('i', depth), Part('i', depth), Part('i', depth)),
        8 => new OraclePart(Pick(["to_int", "sign"]), 'i', null, Part('d', depth)),
        9 => random.Next(2) == 0 ? new OraclePart("length", 'i', null, Part('s', depth)) : new OraclePart("to_int", 'i', null, Part('b', depth)),
        10 => new OraclePart(Pick(["hour", "minute", "day_of_week"]), 'i', null, Leaf('t')),
        _ => General('i', depth),
    };

    private OraclePart DoublePart(int depth) => random.Next(10) switch
    {
        < 3 => new OraclePart(Pick(["+", "-", "*", "/", "%"]), 'd', null, Part('d', depth), Number(depth)),
        3 => new OraclePart("/", 'd', null, Number(depth), Number(depth)),
        4 => new OraclePart(Pick(["neg", "abs", "floor", "ceil", "round"]), 'd', null, Part('d', depth)),
        5 => new OraclePart(Pick(["sqrt", "log", "exp", "to_double"]), 'd', null, Number(depth)),
        6 => new OraclePart(Pick(["min", "max", "pow"]), 'd', null, Number(depth), Part('d', depth)),
        7 => new OraclePart("clip", 'd', null, Part('d', depth), Number(depth), Number(depth)),
        8 => random.Next(2) == 0 ? new OraclePart("hours", 'd', null, Part('u', depth)) : new OraclePart("/", 'd', null, Part('u', depth), Part('u', depth)),
        _ => General('d', depth),
    };

    private OraclePart BoolPart(int depth) => random.Next(12) switch
    {
        < 3 => new OraclePart(Pick(["and", "or"]), 'b', null, Part('b', depth), Part('b', depth)),
        3 => new OraclePart("not", 'b', null, Part('b', depth)),
        4 or 5 => new OraclePart(Pick(Comparisons), 'b', null, Number(depth), Number(depth)),
        6 => random.Next(2) == 0 ? Same(Pick(["t", "u", "s"])[0], depth) : new OraclePart(Pick(["==", "!="]), 'b', null, Part('b', depth), Part('b', depth)),
        7 => new OraclePart("is_null", 'b', null, Part(Pick(["i", "d", "b", "s", "t"])[0], depth)),
        8 => new OraclePart("is_nan", 'b', null, Number(depth)),
        9 => new OraclePart(Pick(["starts_with", "contains"]), 'b', null, Part('s', depth), Part('s', depth)),
        10 => In(Pick(["i", "d", "s"])[0], depth),
        _ => General('b', depth),
    };

    private OraclePart Same(char type, int depth) => new(Pick(Comparisons), 'b', null, Part(type, depth), Part(type, depth));

    private OraclePart In(char type, int depth) => new("in", 'b', null,
        [Part(type, depth), .. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new OraclePart("value", type, RandomValue(type, finite: true)))]);

    private OraclePart TextPart(int depth) => random.Next(3) switch
    {
        0 => new OraclePart("concat", 's', null, Part('s', depth), Part('s', depth)),
        1 => new OraclePart(Pick(["lower", "upper"]), 's', null, Part('s', depth)),
        _ => General('s', depth),
    };

    private OraclePart TimePart(int depth) => random.Next(3) switch
    {
        0 => new OraclePart(Pick(["+", "-"]), 't', null, Part('t', depth), Part('u', depth)),
        1 => new OraclePart(Pick(["min", "max"]), 't', null, Part('t', depth), Part('t', depth)),
        _ => General('t', depth),
    };

    private OraclePart DurationPart(int depth) => random.Next(4) switch
    {
        0 => new OraclePart(Pick(["+", "-"]), 'u', null, Part('u', depth), Part('u', depth)),
        1 => new OraclePart(Pick(["neg", "abs"]), 'u', null, Part('u', depth)),
        _ => new OraclePart("-", 'u', null, Part('t', depth), Part('t', depth)),
    };
}
