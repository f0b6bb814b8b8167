using System.Text;
using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

/// <summary>An event as one plan sees it: fields and filters by their index there.</summary>
internal readonly struct PlanEvent : IWindowEvent
{
    private readonly RawEvent _raw;
    private readonly (bool Has, long Integer, double Number, ulong Hash)[] _fields;
    private readonly bool[] _matches;

    public PlanEvent(WindowPlan plan, RawEvent raw)
    {
        _raw = raw;
        _fields = [.. plan.Fields.Select(f => Value(f.Name, raw))];
        _matches = [.. plan.Filters.Select(f => f == WindowViews.FilterOf(raw.Type))];
    }

    public long EventMicros => _raw.Micros;

    public long IngestMicros => _raw.Ingest;

    public long ArrivalOrder => _raw.Arrival;

    public bool TryGetNumber(int field, out double value)
    {
        value = _fields[field].Number;
        return _fields[field].Has;
    }

    public bool TryGetInteger(int field, out long value)
    {
        value = _fields[field].Integer;
        return _fields[field].Has;
    }

    public bool TryGetTextHash(int field, out ulong hash)
    {
        hash = _fields[field].Hash;
        return _fields[field].Has;
    }

    public bool Matches(int filter) => _matches[filter];

    private static (bool, long, double, ulong) Value(string field, RawEvent raw) => field switch
    {
        "amount" => (raw.Amount is not null, 0, raw.Amount ?? 0, 0),
        "points" => (raw.Points is not null, raw.Points ?? 0, 0, 0),
        "channel" => (raw.Channel is not null, 0, 0, raw.Channel is null ? 0 : DistinctHash.OfText(Encoding.UTF8.GetBytes(raw.Channel))),
        "seen" => (true, raw.Micros, 0, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "no such field"),
    };
}
