using System.Numerics;

namespace FeatureModel.Tests.Expressions;

/// <summary>
/// The language by its documentation, as plainly as can be: a tree walk over boxed values with big integers. Whole numbers, times and durations are long.
/// </summary>
internal static class Oracle
{
    public static object? Value(OraclePart part, IReadOnlyDictionary<string, object?> row)
    {
        switch (part.Op)
        {
            case "name": return row[(string)part.Value!];
            case "value": return part.Value;
            case "and" or "or": return Logic(part.Op == "or", Value(part.Of[0], row), Value(part.Of[1], row));
            case "if": return As(part.Type, Value(part.Of[Value(part.Of[0], row) is true ? 1 : 2], row));
            case "coalesce": return As(part.Type, part.Of.Select(o => Value(o, row)).FirstOrDefault(v => v is not null));
            case "is_null": return Value(part.Of[0], row) is null;
        }
        var of = part.Of.Select(o => Value(o, row)).ToArray();
        if (of.Contains(null)) return null;
        return part.Op switch
        {
            "in" => of.Skip(1).Any(v => Compare("==", of[0]!, v!)),
            "==" or "!=" or "<" or "<=" or ">" or ">=" => Compare(part.Op, of[0]!, of[1]!),
            _ when part.Type == 's' || part.Of[0].Type == 's' => Text(part.Op, of),
            _ when part.Type == 'b' => part.Op == "not" ? !(bool)of[0]! : double.IsNaN(Number(of[0])),
            _ when part.Of[0].Type is 't' or 'u' && part.Type is 'i' or 'd' => Time(part.Op, of),
            _ when part.Type == 'd' => Double(part.Op, [.. of.Select(Number)]),
            _ => Whole(part.Op, of),
        };
    }

    private static object? As(char type, object? value) => type == 'd' && value is long whole ? (double)whole : value;

    private static double Number(object? value) => value is long whole ? whole : value is double number ? number : 0;

    private static object? Logic(bool or, object? a, object? b)
    {
        if (a is bool x && x == or || b is bool y && y == or) return or;
        return a is null || b is null ? null : !or;
    }

    private static bool Compare(string op, object a, object b)
    {
        if (a is bool x) return x == (bool)b == (op == "==");
        if (a is double || b is double)
        {
            if (double.IsNaN(Number(a)) || double.IsNaN(Number(b))) return op == "!=";
        }
        var order = a is string s ? Math.Sign(string.CompareOrdinal(s, (string)b))
            : a is long && b is long ? ((long)a).CompareTo((long)b)
            : Number(a) == Number(b) ? 0 : Number(a) < Number(b) ? -1 : 1;
        return op switch { "==" => order == 0, "!=" => order != 0, "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    private static object? Whole(string op, object?[] of)
    {
        if (op == "to_int" && of[0] is double number)
        {
            return double.IsFinite(number) ? Fit(new BigInteger(Math.Truncate(number))) : null;
        }
        if (op == "sign" && of[0] is double d) return double.IsNaN(d) ? null : (long)Math.Sign(d);
        if (op == "to_int" && of[0] is bool truth) return truth ? 1L : 0L;
        BigInteger[] v = [.. of.Select(o => new BigInteger((long)o!))];
        return op switch
        {
            "+" => Fit(v[0] + v[1]),
            "-" => Fit(v[0] - v[1]),
            "*" => Fit(v[0] * v[1]),
            "%" => v[1].IsZero ? null : Fit(BigInteger.Remainder(v[0], v[1])),
            "neg" => Fit(-v[0]),
            "abs" => Fit(BigInteger.Abs(v[0])),
            "sign" => (long)v[0].Sign,
            "min" => Fit(v.Min()),
            "max" => Fit(v.Max()),
            "clip" => v[1] > v[2] ? null : Fit(v[0] < v[1] ? v[1] : v[0] > v[2] ? v[2] : v[0]),
            "floor" or "ceil" or "round" or "to_int" => Fit(v[0]),
            _ => throw new ArgumentException($"No whole {op}."),
        };
    }

    private static object? Fit(BigInteger value) => value < long.MinValue || value > long.MaxValue ? null : (long)value;

    private static object? Double(string op, double[] v)
    {
        if (op == "clip" && (v.Any(double.IsNaN) || v[1] > v[2])) return null;
        if (op is "min" or "max" && v.Any(double.IsNaN)) return null;
        if (op == "to_double") return v[0];
        var result = op switch
        {
            "+" => v[0] + v[1],
            "-" => v[0] - v[1],
            "*" => v[0] * v[1],
            "/" => v[0] / v[1],
            "%" => v[0] % v[1],
            "neg" => 0 - v[0],
            "abs" => v[0] < 0 ? -v[0] : v[0],
            "min" => v.Min(),
            "max" => v.Max(),
            "clip" => v[0] < v[1] ? v[1] : v[0] > v[2] ? v[2] : v[0],
            "sqrt" => v[0] < 0 ? double.NaN : Math.Sqrt(v[0]),
            "log" => v[0] <= 0 ? double.NaN : Math.Log(v[0]),
            "exp" => Math.Exp(v[0]),
            "pow" => Math.Pow(v[0], v[1]),
            "floor" => Math.Floor(v[0]),
            "ceil" => Math.Ceiling(v[0]),
            "round" => double.IsNegative(v[0]) ? -RoundUp(-v[0]) : RoundUp(v[0]),
            _ => throw new ArgumentException($"No double {op}."),
        };
        return double.IsFinite(result) ? result : null;
    }

    private static double RoundUp(double positive) => positive - Math.Floor(positive) >= 0.5 ? Math.Floor(positive) + 1 : Math.Floor(positive);

    private static object? Text(string op, object?[] of)
    {
        var s = (string)of[0]!;
        return op switch
        {
            "concat" => string.Join("", of),
            "lower" => new string([.. s.Select(char.ToLowerInvariant)]),
            "upper" => new string([.. s.Select(char.ToUpperInvariant)]),
            "length" => (long)s.EnumerateRunes().Count(),
            "starts_with" => s.IndexOf((string)of[1]!, StringComparison.Ordinal) == 0,
            "contains" => s.IndexOf((string)of[1]!, StringComparison.Ordinal) >= 0,
            _ => throw new ArgumentException($"No text {op}."),
        };
    }

    private static object? Time(string op, object?[] of)
    {
        var micros = (long)of[0]!;
        if (op == "hours") return micros / 3.6e9;
        if (op == "/") return (long)of[1]! == 0 ? null : micros / (double)(long)of[1]!;
        if (op == "sign") return (long)Math.Sign(micros);
        var days = (micros - ((micros % 86_400_000_000) + 86_400_000_000) % 86_400_000_000) / 86_400_000_000;
        var inDay = micros - days * 86_400_000_000;
        return op switch
        {
            "hour" => inDay / 3_600_000_000,
            "minute" => inDay / 60_000_000 % 60,
            // 1970-01-01 was a Thursday.
            "day_of_week" => ((days + 3) % 7 + 7) % 7 + 1,
            _ => throw new ArgumentException($"No time {op}."),
        };
    }
}
