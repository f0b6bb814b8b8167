using System.Numerics;
using System.Text;
using FeatureModel.Definitions;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

/// <summary>The definition of a window feature, word for word over all events: no panes kept, no state, nothing shared with what it judges.</summary>
internal static class BruteForce
{
    public static FeatureValue Value(FeatureDefinition feature, IReadOnlyList<RawEvent> events, long now)
    {
        var aggregate = feature.Aggregate!;
        var taken = events.Where(e => (aggregate.Where is null || aggregate.Where == WindowViews.FilterOf(e.Type)) && Has(e, aggregate.Field)).ToList();
        if (aggregate.Function == "decayed") return FeatureValue.Of(Decayed(taken, aggregate, now));
        var (from, to) = Window(aggregate.Window!, now);
        var window = taken.Where(e => e.Micros >= from && e.Micros < to).ToList();
        if (aggregate.Function == "count") return FeatureValue.Of((long)window.Count);
        if (aggregate.Function == "distinct") return FeatureValue.Of((long)Math.Round(Estimate(Registers(window, aggregate.Field!))));
        return aggregate.Field switch
        {
            "amount" => Numbers(aggregate.Function, window),
            "points" => Integers(aggregate.Function, window, e => e.Points!.Value, FeatureValue.Of),
            _ => Integers(aggregate.Function, window, e => e.Micros, FeatureValue.OfTimestamp),
        };
    }

    /// <summary>From when until before when the window at a moment goes: panes floor(t / P) - W / P + 1 to floor(t / P).</summary>
    public static (long From, long Before) Window(string window, long now)
    {
        Assert.True(Durations.TryParse(window, out var length));
        Assert.True(PaneLength.TryOf(length, out var pane));
        var newest = (long)Math.Floor((decimal)now / pane);
        return ((newest - length / pane + 1) * pane, (newest + 1) * pane);
    }

    public static byte[] Registers(IEnumerable<RawEvent> events, string field)
    {
        var registers = new byte[4096];
        foreach (var e in events)
        {
            var hash = field switch
            {
                "channel" => DistinctHash.OfText(Encoding.UTF8.GetBytes(e.Channel!)),
                "points" => DistinctHash.OfInteger(e.Points!.Value),
                _ => DistinctHash.OfNumber(e.Amount!.Value),
            };
            // The first 12 bits name the register; the rank is the place of the first 1 among the other 52, 53 where there is none.
            var rank = 1;
            while (rank <= 52 && (hash >> 52 - rank & 1) == 0) rank++;
            var register = hash >> 52;
            registers[register] = (byte)Math.Max(registers[register], rank);
        }
        return registers;
    }

    private static bool Has(RawEvent e, string? field) => field switch
    {
        null or "seen" => true,
        "amount" => e.Amount is { } amount && double.IsFinite(amount) && Math.Abs(amount) <= 1e288,
        "points" => e.Points is not null,
        _ => e.Channel is not null,
    };

    private static double Decayed(List<RawEvent> events, AggregateDefinition aggregate, long now)
    {
        if (events.Count == 0) return 0;
        Assert.True(Durations.TryParse(aggregate.HalfLife, out var halfLife));
        var at = Math.Max(now, events.Max(e => Math.Min(e.Micros, e.Ingest)));
        return events.Sum(e => Weighed(e) * Math.Pow(0.5, (at - Math.Min(e.Micros, e.Ingest)) / (double)halfLife));

        double Weighed(RawEvent e) => aggregate.Field switch { "amount" => e.Amount!.Value, "points" => e.Points!.Value, _ => 1 };
    }

    private static FeatureValue Numbers(string function, List<RawEvent> window)
    {
        if (function == "sum") return FeatureValue.Of(ExactSum(window));
        if (window.Count == 0) return FeatureValue.Null;
        return FeatureValue.Of(function switch
        {
            "min" => window.Min(e => e.Amount!.Value),
            "max" => window.Max(e => e.Amount!.Value),
            "mean" => ExactSum(window) / window.Count,
            _ => Last(window).Amount!.Value,
        });
    }

    private static FeatureValue Integers(string function, List<RawEvent> window, Func<RawEvent, long> value, Func<long, FeatureValue> of)
    {
        var sum = window.Aggregate(BigInteger.Zero, (total, e) => total + value(e));
        if (function == "sum") return of((long)BigInteger.Min(long.MaxValue, BigInteger.Max(long.MinValue, sum)));
        if (window.Count == 0) return FeatureValue.Null;
        return function switch
        {
            "min" => of(window.Min(value)),
            "max" => of(window.Max(value)),
            "mean" => FeatureValue.Of((double)sum / window.Count),
            _ => of(value(Last(window))),
        };
    }

    private static RawEvent Last(List<RawEvent> window) => window.OrderBy(e => e.Micros).ThenBy(e => e.Arrival).Last();

    /// <summary>Doubles are whole multiples of 2^-1074, so their sum in those units has no rounding at all.</summary>
    private static double ExactSum(List<RawEvent> window)
    {
        const int Scale = 1074;
        var sum = BigInteger.Zero;
        foreach (var e in window)
        {
            var bits = BitConverter.DoubleToInt64Bits(e.Amount!.Value);
            var exponent = (int)(bits >> 52 & 0x7FF);
            var mantissa = bits & 0xFFFFFFFFFFFFF;
            var magnitude = exponent == 0 ? (BigInteger)mantissa : (BigInteger)(mantissa | 1L << 52) << exponent - 1;
            sum += bits < 0 ? -magnitude : magnitude;
        }
        var shift = Math.Max(0, (int)sum.GetBitLength() - 64);
        return Math.ScaleB((double)(sum >> shift), shift - Scale);
    }

    /// <summary>Ertl's estimate in its closed form, by series that are summed until they stand still.</summary>
    private static double Estimate(byte[] registers)
    {
        const int M = 4096, Q = 52;
        var with = new int[Q + 2];
        foreach (var register in registers) with[register]++;
        var zeros = with[0] / (double)M;
        if (zeros == 1) return 0;
        var full = 1 - with[Q + 1] / (double)M;
        double sigma = zeros, tau = 1 - full, middle = 0;
        for (var k = 1; k <= 60; k++)
        {
            sigma += Math.Pow(zeros, Math.Pow(2, k)) * Math.Pow(2, k - 1);
            tau -= Math.Pow(1 - Math.Pow(full, Math.Pow(2, -k)), 2) * Math.Pow(2, -k);
            if (k <= Q) middle += with[k] * Math.Pow(2, -k);
        }
        return M * (double)M / (2 * Math.Log(2)) / (M * sigma + middle + M * tau / 3 * Math.Pow(2, -Q));
    }
}
