using System.Globalization;
using FeatureModel.Expressions.Nodes;
using FeatureModel.Expressions.Syntax;

namespace FeatureModel.Expressions.Binding;

/// <summary>Functions of times and durations. None reads a clock: what is now comes as an input.</summary>
internal static class TimeFunctions
{
    /// <summary>A UTC offset at most, as ISO 8601 and .NET have it.</summary>
    private const int MostOffsetHours = 14;

    private static readonly string[] TimestampFormats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFK"];

    private static readonly (string Unit, long Micros)[] DurationUnits =
        [("ms", 1_000), ("s", Micros.PerSecond), ("m", Micros.PerMinute), ("h", Micros.PerHour), ("d", Micros.PerDay)];

    public static Function[] All =>
    [
        Part("year", DatePart.Year), Part("month", DatePart.Month), Part("day", DatePart.Day), Part("day_of_week", DatePart.DayOfWeek),
        Part("day_of_year", DatePart.DayOfYear), Part("hour", DatePart.Hour), Part("minute", DatePart.Minute), Part("second", DatePart.Second),
        In("seconds", Micros.PerSecond), In("minutes", Micros.PerMinute), In("hours", Micros.PerHour), In("days", Micros.PerDay),
        Function.Of("to_timestamp(seconds)", Overload.Of<SecondsToTime, long, long>(ExpressionType.Int64, ExpressionType.Timestamp)),
        new("timestamp('2026-01-31T12:00:00Z')", 1, 1, BindTimestamp),
        new("duration('7d')", 1, 1, BindDuration),
        new("now()", 0, 0, (binder, call, _) => binder.Fail(call,
            "there is no clock in expressions, so that they give the same offline; use the input request_time")),
    ];

    private static Function Part(string name, DatePart part) => new($"{name}(time, '+08:00')", 1, 2, (binder, call, arguments) =>
    {
        var time = arguments[0];
        if (time.Type != ExpressionType.Timestamp) return binder.Fail(time.Syntax, $"{name} takes a timestamp, and this is {time.Type.Describe()}");
        var offset = 0L;
        if (arguments.Length == 2 && !TryReadOffset(call.Arguments[1], out offset))
        {
            return binder.Fail(call.Arguments[1],
                $"an offset from UTC is written out, 'Z' or '-{MostOffsetHours}:00' to '+{MostOffsetHours}:00'; zones with summer time are not known");
        }
        return Binder.Make(call, ExpressionType.Int64, new DatePartOf(time.Whole, part, offset), time);
    });

    private static Function In(string unit, long micros) =>
        Function.Of($"{unit}(duration)", new Overload([ExpressionType.Duration], ExpressionType.Double, n => new DurationIn((Node<long>)n[0], micros)));

    private static bool TryReadOffset(SyntaxNode node, out long micros)
    {
        micros = 0;
        if (node is not LiteralSyntax { Value: string text }) return false;
        if (text == "Z") return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !int.TryParse(text.AsSpan(1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(text.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            || minutes > 59 || hours * 60 + minutes > MostOffsetHours * 60) return false;
        micros = (hours * Micros.PerHour + minutes * Micros.PerMinute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static Operand? BindTimestamp(Binder binder, CallSyntax call, Operand[] arguments)
    {
        if (call.Arguments[0] is not LiteralSyntax { Value: string text }
            || !DateTimeOffset.TryParseExact(text, TimestampFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            || (text.Contains('T') && !HasZone(text)))
        {
            return binder.Fail(call.Arguments[0],
                "a moment is written out, '2026-01-31' for midnight UTC or '2026-01-31T12:00:00Z', or with an offset such as +08:00");
        }
        var micros = (moment.UtcDateTime - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return new Operand(ExpressionType.Timestamp, new Constant<long>(isNull: false, micros), call);
    }

    private static bool HasZone(string text) => text[^1] == 'Z' || text[^6] is '+' or '-';

    private static Operand? BindDuration(Binder binder, CallSyntax call, Operand[] arguments)
    {
        if (call.Arguments[0] is not LiteralSyntax { Value: string text } || !TryReadDuration(text, out var micros))
        {
            return binder.Fail(call.Arguments[0], "a length of time is written out as a whole number and one of d, h, m, s, ms: '7d', '90m'");
        }
        return new Operand(ExpressionType.Duration, new Constant<long>(isNull: false, micros), call);
    }

    private static bool TryReadDuration(string text, out long micros)
    {
        micros = 0;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 1 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        var unit = Array.FindIndex(DurationUnits, u => text.AsSpan(digits).SequenceEqual(u.Unit));
        return unit >= 0 && WholeMultiply.Try(count, DurationUnits[unit].Micros, out micros);
    }
}
